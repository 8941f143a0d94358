package io.billwright.invoice.catalog;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

import jakarta.validation.constraints.NotNull;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.invoice.catalog.CatalogPublisher.Event;
import io.billwright.invoice.validation.Metadata;
import io.billwright.invoice.validation.Text;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.paging.SortedBy;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.platform.web.MergePatch;
import io.billwright.platform.web.SharedAnswer;
import io.billwright.platform.web.Versioned;

/// Serves products.
@RestController
@RequestMapping("/api/v1/products")
@Tag(name = "Products", description = "What the organization sells")
class ProductController {

	private final ProductStore products;

	private final KeepProducts keep;

	ProductController(ProductStore products, KeepProducts keep) {
		this.products = products;
		this.keep = keep;
	}

	@PostMapping
	@RequiresScope("catalog:write")
	@Operation(summary = "Create a product")
	Mono<ResponseEntity<ProductView>> create(@RequestBody ProductRequest request) {
		return this.keep.create(request.toDetails())
				.map(ProductView::of)
				.map((view) -> ResponseEntity.created(URI.create("/api/v1/products/" + view.id())).body(view));
	}

	@GetMapping("/{id}")
	@SharedAnswer
	@RequiresScope("catalog:read")
	@Operation(summary = "Get a product")
	Mono<ProductView> get(@PathVariable ProductId id) {
		return this.products.require(id).map(ProductView::of);
	}

	@GetMapping
	@SharedAnswer
	@RequiresScope("catalog:read")
	@Operation(summary = "List products")
	Mono<Page<ProductView>> list(
			@RequestParam(name = "external_id", required = false) @Text(max = 255) @Nullable String externalId,
			@RequestParam(required = false) Product.@Nullable Status status,
			@RequestParam(required = false) @SortedBy({"created_at", "name"}) @Nullable String sort,
			PageRequest page) {
		return this.products.page(new ProductFilter(externalId, status), sort, page)
				.map((products) -> products.map(ProductView::of));
	}

	@PatchMapping("/{id}")
	@RequiresScope("catalog:write")
	@Operation(summary = "Change a product")
	Mono<ProductView> change(@PathVariable ProductId id, ExpectedVersion expected, MergePatch patch) {
		return this.keep
				.change(id, expected, Event.UPDATED, (product, now) -> product.change(patched(product, patch), now))
				.map(ProductView::of);
	}

	@PostMapping("/{id}/archive")
	@RequiresScope("catalog:write")
	@Operation(summary = "Archive a product: it gets no new prices")
	Mono<ProductView> archive(@PathVariable ProductId id, ExpectedVersion expected) {
		return this.keep.change(id, expected, Event.ARCHIVED, Product::archive).map(ProductView::of);
	}

	@PostMapping("/{id}/unarchive")
	@RequiresScope("catalog:write")
	@Operation(summary = "Bring an archived product back into use")
	Mono<ProductView> unarchive(@PathVariable ProductId id, ExpectedVersion expected) {
		return this.keep.change(id, expected, Event.UNARCHIVED, Product::unarchive).map(ProductView::of);
	}

	private static Product.Details patched(Product product, MergePatch patch) {
		return patch.apply(ProductRequest.of(product.details()), ProductRequest.class).toDetails();
	}

	/// What clients say of a product.
	record ProductRequest(@Text(max = 255) @Nullable String externalId, @NotNull @Text(max = 255) String name,
			@Text(max = 2000, multiline = true) @Nullable String description, @Text(max = 50) @Nullable String unit,
			@Metadata @Nullable Map<String, String> metadata) {

		static ProductRequest of(Product.Details details) {
			return new ProductRequest(details.externalId(), details.name(), details.description(), details.unit(),
					details.metadata());
		}

		Product.Details toDetails() {
			return new Product.Details(this.externalId, this.name, this.description, this.unit,
					Objects.requireNonNullElse(this.metadata, Map.of()));
		}

	}

	/// A product as the API shows it.
	record ProductView(ProductId id, long version, Product.Status status, @Nullable String externalId, String name,
			@Nullable String description, @Nullable String unit, Map<String, String> metadata, Instant createdAt,
			Instant updatedAt, @Nullable Instant archivedAt) implements Versioned {

		static ProductView of(Product product) {
			Product.Details details = product.details();
			return new ProductView(product.id(), product.version(), product.status(), details.externalId(),
					details.name(), details.description(), details.unit(), details.metadata(), product.createdAt(),
					product.updatedAt(), product.archivedAt());
		}

	}

}
