package io.billwright.invoice.tax;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

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

import io.billwright.invoice.validation.CountryCode;
import io.billwright.invoice.validation.Metadata;
import io.billwright.invoice.validation.Text;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.paging.SortedBy;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.platform.web.MergePatch;
import io.billwright.platform.web.SharedAnswer;
import io.billwright.platform.web.Versioned;

/// Serves tax rates.
@RestController
@RequestMapping("/api/v1/tax-rates")
@Tag(name = "Tax rates", description = "At which rates the organization's sales are taxed")
class TaxRateController {

	private final TaxRateStore rates;

	private final KeepTaxRates keep;

	TaxRateController(TaxRateStore rates, KeepTaxRates keep) {
		this.rates = rates;
		this.keep = keep;
	}

	@PostMapping
	@RequiresScope("catalog:write")
	@Operation(summary = "Create a tax rate; what it computes never changes afterwards")
	Mono<ResponseEntity<TaxRateView>> create(@RequestBody TaxRateRequest request) {
		return Mono.defer(() -> this.keep.create(request.toTerms(), request.toDetails()))
				.map(TaxRateView::of)
				.map((view) -> ResponseEntity.created(URI.create("/api/v1/tax-rates/" + view.id())).body(view));
	}

	@GetMapping("/{id}")
	@SharedAnswer
	@RequiresScope("catalog:read")
	@Operation(summary = "Get a tax rate")
	Mono<TaxRateView> get(@PathVariable TaxRateId id) {
		return this.rates.require(id).map(TaxRateView::of);
	}

	@GetMapping
	@SharedAnswer
	@RequiresScope("catalog:read")
	@Operation(summary = "List tax rates")
	Mono<Page<TaxRateView>> list(@RequestParam(required = false) @CountryCode @Nullable String country,
			@RequestParam(required = false) TaxRate.@Nullable Status status,
			@RequestParam(required = false) @SortedBy("created_at") @Nullable String sort,
			PageRequest page) {
		return this.rates.page(new TaxRateFilter(country, status), sort, page)
				.map((rates) -> rates.map(TaxRateView::of));
	}

	@PatchMapping("/{id}")
	@RequiresScope("catalog:write")
	@Operation(summary = "Change a tax rate's name, description or metadata")
	Mono<TaxRateView> change(@PathVariable TaxRateId id, ExpectedVersion expected, MergePatch patch) {
		return this.keep.change(id, expected, (rate, now) -> rate.change(patched(rate, patch), now))
				.map(TaxRateView::of);
	}

	@PostMapping("/{id}/archive")
	@RequiresScope("catalog:write")
	@Operation(summary = "Archive a tax rate: it gets on no new invoice line")
	Mono<TaxRateView> archive(@PathVariable TaxRateId id, ExpectedVersion expected) {
		return this.keep.change(id, expected, TaxRate::archive).map(TaxRateView::of);
	}

	@PostMapping("/{id}/unarchive")
	@RequiresScope("catalog:write")
	@Operation(summary = "Bring an archived tax rate back into use")
	Mono<TaxRateView> unarchive(@PathVariable TaxRateId id, ExpectedVersion expected) {
		return this.keep.change(id, expected, TaxRate::unarchive).map(TaxRateView::of);
	}

	private static TaxRate.Details patched(TaxRate rate, MergePatch patch) {
		return patch.apply(TaxRatePatch.of(rate.details()), TaxRatePatch.class).toDetails();
	}

	/// What clients say of a new tax rate.
	///
	/// @param inclusive whether prices contain the tax already; they do not when not said
	record TaxRateRequest(@NotNull @Text(max = 100) String name,
			@Text(max = 2000, multiline = true) @Nullable String description,
			@NotNull @DecimalMin("0") @DecimalMax("100") @Digits(integer = 3, fraction = 4) BigDecimal percentage,
			@NotNull @Pattern(regexp = "S|Z|E|AE|K|G|O", message = "must be a category of EN 16931: S, Z, E, AE, K, G or O") String category,
			@NotNull @CountryCode String country, @Nullable Boolean inclusive,
			@Metadata @Nullable Map<String, String> metadata) {

		TaxRate.Terms toTerms() {
			TaxCategory code = TaxCategory.valueOf(this.category);
			if (code.taxed() != (this.percentage.signum() > 0)) {
				throw new Invalid("percentage", "category_mismatch",
						"must be above zero in category S, and zero in every other");
			}
			return new TaxRate.Terms(new Percentage(this.percentage), code, this.country,
					Boolean.TRUE.equals(this.inclusive));
		}

		TaxRate.Details toDetails() {
			return new TaxRatePatch(this.name, this.description, this.metadata).toDetails();
		}

	}

	/// What clients may say of a tax rate that exists. A field of its terms is refused as unknown.
	record TaxRatePatch(@NotNull @Text(max = 100) String name,
			@Text(max = 2000, multiline = true) @Nullable String description,
			@Metadata @Nullable Map<String, String> metadata) {

		static TaxRatePatch of(TaxRate.Details details) {
			return new TaxRatePatch(details.name(), details.description(), details.metadata());
		}

		TaxRate.Details toDetails() {
			return new TaxRate.Details(this.name, this.description,
					Objects.requireNonNullElse(this.metadata, Map.of()));
		}

	}

	/// A tax rate as the API shows it.
	///
	/// @param category the code of EN 16931
	record TaxRateView(TaxRateId id, long version, TaxRate.Status status, String name, @Nullable String description,
			BigDecimal percentage, String category, String country, boolean inclusive, Map<String, String> metadata,
			Instant createdAt, Instant updatedAt, @Nullable Instant archivedAt) implements Versioned {

		static TaxRateView of(TaxRate rate) {
			TaxRate.Terms terms = rate.terms();
			TaxRate.Details details = rate.details();
			return new TaxRateView(rate.id(), rate.version(), rate.status(), details.name(), details.description(),
					terms.percentage().value(), terms.category().name(), terms.country(), terms.inclusive(),
					details.metadata(), rate.createdAt(), rate.updatedAt(), rate.archivedAt());
		}

	}

}
