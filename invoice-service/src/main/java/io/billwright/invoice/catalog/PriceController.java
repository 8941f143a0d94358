package io.billwright.invoice.catalog;

import java.net.URI;
import java.time.Instant;
import java.util.Currency;
import java.util.Map;
import java.util.Objects;

import jakarta.validation.Valid;
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

/// Serves prices.
@RestController
@RequestMapping("/api/v1/prices")
@Tag(name = "Prices", description = "What the organization's products cost")
class PriceController {

	private final PriceStore prices;

	private final KeepPrices keep;

	PriceController(PriceStore prices, KeepPrices keep) {
		this.prices = prices;
		this.keep = keep;
	}

	@PostMapping
	@RequiresScope("catalog:write")
	@Operation(summary = "Create a price; what it charges never changes afterwards")
	Mono<ResponseEntity<PriceView>> create(@RequestBody PriceRequest request) {
		return this.keep.create(request.productId(), request.toTerms(), request.toDetails())
				.map(PriceView::of)
				.map((view) -> ResponseEntity.created(URI.create("/api/v1/prices/" + view.id())).body(view));
	}

	@GetMapping("/{id}")
	@SharedAnswer
	@RequiresScope("catalog:read")
	@Operation(summary = "Get a price")
	Mono<PriceView> get(@PathVariable PriceId id) {
		return this.prices.require(id).map(PriceView::of);
	}

	@GetMapping
	@SharedAnswer
	@RequiresScope("catalog:read")
	@Operation(summary = "List prices")
	Mono<Page<PriceView>> list(
			@RequestParam(name = "external_id", required = false) @Text(max = 255) @Nullable String externalId,
			@RequestParam(name = "product_id", required = false) @Nullable ProductId productId,
			@RequestParam(required = false) @Nullable Currency currency,
			@RequestParam(required = false) Price.@Nullable Status status,
			@RequestParam(required = false) @SortedBy("created_at") @Nullable String sort,
			PageRequest page) {
		return this.prices.page(new PriceFilter(externalId, productId, currency, status), sort, page)
				.map((prices) -> prices.map(PriceView::of));
	}

	@PatchMapping("/{id}")
	@RequiresScope("catalog:write")
	@Operation(summary = "Change a price's nickname, external id or metadata")
	Mono<PriceView> change(@PathVariable PriceId id, ExpectedVersion expected, MergePatch patch) {
		return this.keep.change(id, expected, Event.UPDATED, (price, now) -> price.change(patched(price, patch), now))
				.map(PriceView::of);
	}

	@PostMapping("/{id}/archive")
	@RequiresScope("catalog:write")
	@Operation(summary = "Archive a price: it gets on no new invoice line")
	Mono<PriceView> archive(@PathVariable PriceId id, ExpectedVersion expected) {
		return this.keep.change(id, expected, Event.ARCHIVED, Price::archive).map(PriceView::of);
	}

	@PostMapping("/{id}/unarchive")
	@RequiresScope("catalog:write")
	@Operation(summary = "Bring an archived price back into use")
	Mono<PriceView> unarchive(@PathVariable PriceId id, ExpectedVersion expected) {
		return this.keep.change(id, expected, Event.UNARCHIVED, Price::unarchive).map(PriceView::of);
	}

	private static Price.Details patched(Price price, MergePatch patch) {
		return patch.apply(PricePatch.of(price.details()), PricePatch.class).toDetails();
	}

	/// What clients say of a new price.
	record PriceRequest(@NotNull ProductId productId, @NotNull @Valid PricingModel pricing, @NotNull Currency currency,
			@Nullable Recurrence recurrence, @Text(max = 255) @Nullable String externalId,
			@Text(max = 255) @Nullable String nickname, @Metadata @Nullable Map<String, String> metadata) {

		Price.Terms toTerms() {
			return new Price.Terms(this.pricing, this.currency, this.recurrence);
		}

		Price.Details toDetails() {
			return new PricePatch(this.externalId, this.nickname, this.metadata).toDetails();
		}

	}

	/// What clients may say of a price that exists. A field of its terms is refused as unknown.
	record PricePatch(@Text(max = 255) @Nullable String externalId, @Text(max = 255) @Nullable String nickname,
			@Metadata @Nullable Map<String, String> metadata) {

		static PricePatch of(Price.Details details) {
			return new PricePatch(details.externalId(), details.nickname(), details.metadata());
		}

		Price.Details toDetails() {
			return new Price.Details(this.externalId, this.nickname,
					Objects.requireNonNullElse(this.metadata, Map.of()));
		}

	}

	/// A price as the API shows it.
	record PriceView(PriceId id, long version, Price.Status status, ProductId productId, @Nullable String externalId,
			@Nullable String nickname, PricingModel pricing, Currency currency, @Nullable Recurrence recurrence,
			Map<String, String> metadata, Instant createdAt, Instant updatedAt,
			@Nullable Instant archivedAt) implements Versioned {

		static PriceView of(Price price) {
			Price.Terms terms = price.terms();
			Price.Details details = price.details();
			return new PriceView(price.id(), price.version(), price.status(), price.productId(), details.externalId(),
					details.nickname(), terms.pricing(), terms.currency(), terms.recurrence(), details.metadata(),
					price.createdAt(), price.updatedAt(), price.archivedAt());
		}

	}

}
