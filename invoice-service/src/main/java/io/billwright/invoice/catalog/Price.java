package io.billwright.invoice.catalog;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Currency;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.money.Money;

/// What a product costs. Immutable; every change gives the next version, and what is charged ([Terms]) never changes:
/// an invoice that names a price can always be computed again.
///
/// @param version 1 at creation, one more with every change
/// @param archivedAt since when the price gets on no new invoice line
public record Price(PriceId id, long version, ProductId productId, Terms terms, Details details,
		@Nullable Instant archivedAt, Instant createdAt, Instant updatedAt) {

	/// Whether a price is in use.
	public enum Status {

		/// In use.
		ACTIVE,
		/// Gets on no new invoice line.
		ARCHIVED

	}

	/// What is charged, in which currency and how often.
	///
	/// @param recurrence how often it is charged, `null` for once
	public record Terms(PricingModel pricing, Currency currency, @Nullable Recurrence recurrence) {}

	/// What the organization may edit.
	///
	/// @param externalId the organization's own id for the price, unique among its prices
	/// @param nickname what the organization calls the price; invoices do not show it
	/// @param metadata whatever the organization wants to keep with the price
	public record Details(@Nullable String externalId, @Nullable String nickname, Map<String, String> metadata) {

		public Details {
			metadata = Map.copyOf(metadata);
		}

	}

	/// A new, active price.
	static Price create(PriceId id, ProductId productId, Terms terms, Details details, Instant now) {
		return new Price(id, 1, productId, terms, details, null, now, now);
	}

	/// What a quantity costs, rounded once, half up, to the currency's digits.
	///
	/// @throws io.billwright.platform.money.AmountTooLarge beyond [Money#LIMIT]
	public Money amount(BigDecimal quantity) {
		return Money.of(this.terms.pricing().amount(quantity), this.terms.currency(), RoundingMode.HALF_UP);
	}

	/// What one costs when one is bought, exact, in the currency's major unit. Invoice lines show it.
	public BigDecimal unitAmount() {
		return this.terms.pricing().amount(BigDecimal.ONE);
	}

	/// The price with other details; the same price when nothing differs.
	Price change(Details details, Instant now) {
		return details.equals(this.details) ? this : next(details, this.archivedAt, now);
	}

	/// The price without new invoice lines from now on; the same price when already archived.
	Price archive(Instant now) {
		return archived() ? this : next(this.details, now, now);
	}

	/// The price back in use; the same price when not archived.
	Price unarchive(Instant now) {
		return archived() ? next(this.details, null, now) : this;
	}

	/// Whether the price is closed for new invoice lines.
	public boolean archived() {
		return this.archivedAt != null;
	}

	/// In use or not.
	public Status status() {
		return archived() ? Status.ARCHIVED : Status.ACTIVE;
	}

	/// This price, when it may get on new invoice lines.
	///
	/// @throws CatalogFailure.PriceArchived when it may not
	public Price requireActive() {
		if (archived()) {
			throw new CatalogFailure.PriceArchived(this.id);
		}
		return this;
	}

	private Price next(Details details, @Nullable Instant archivedAt, Instant now) {
		return new Price(this.id, this.version + 1, this.productId, this.terms, details, archivedAt, this.createdAt,
				now);
	}

}
