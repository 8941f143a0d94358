package io.billwright.invoice.issuing;

import jakarta.validation.constraints.NotNull;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.Invalid;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.platform.web.MergePatch;
import io.billwright.platform.web.Versioned;

/// Serves an organization's billing settings.
@RestController
@RequestMapping("/api/v1/billing/settings")
@Tag(name = "Billing settings", description = "How the organization's invoices are numbered and taxed")
class BillingSettingsController {

	private final BillingSettingsStore settings;

	private final TransactionalOperator transaction;

	BillingSettingsController(BillingSettingsStore settings, TransactionalOperator transaction) {
		this.settings = settings;
		this.transaction = transaction;
	}

	@GetMapping
	@RequiresScope("organization:read")
	@Operation(summary = "Get the billing settings")
	Mono<View> get() {
		return this.settings.find().map(View::of);
	}

	@PatchMapping
	@RequiresScope("organization:write")
	@Operation(summary = "Change the billing settings; invoices that have a number keep it")
	Mono<View> change(ExpectedVersion expected, MergePatch patch) {
		return this.settings.find()
				.doOnNext((current) -> expected.check(current.version()))
				.map((current) -> patch.apply(Request.of(current), Request.class).toSettings(current.version() + 1))
				.flatMap(this.settings::save)
				.map(View::of)
				.as(this.transaction::transactional);
	}

	/// What can be chosen.
	///
	/// @param invoiceNumberPattern see [NumberPattern]
	record Request(@NotNull String invoiceNumberPattern, @NotNull TaxRounding taxRounding) {

		static Request of(BillingSettings settings) {
			return new Request(settings.numberPattern().text(), settings.taxRounding());
		}

		BillingSettings toSettings(long version) {
			try {
				return new BillingSettings(version, new NumberPattern(this.invoiceNumberPattern), this.taxRounding);
			}
			catch (IllegalArgumentException ex) {
				throw new Invalid("invoice_number_pattern", "malformed", String.valueOf(ex.getMessage()));
			}
		}

	}

	/// The settings as clients see them.
	record View(long version, String invoiceNumberPattern, TaxRounding taxRounding) implements Versioned {

		static View of(BillingSettings settings) {
			return new View(settings.version(), settings.numberPattern().text(), settings.taxRounding());
		}

	}

}
