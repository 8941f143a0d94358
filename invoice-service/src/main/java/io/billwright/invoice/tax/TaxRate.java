package io.billwright.invoice.tax;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.money.Money;

/// A rate at which sales are taxed. Immutable; every change gives the next version, and what is computed ([Terms])
/// never changes: an invoice that names a rate can always be computed again.
///
/// @param version 1 at creation, one more with every change
/// @param archivedAt since when the rate gets on no new invoice line
public record TaxRate(TaxRateId id, long version, Terms terms, Details details, @Nullable Instant archivedAt,
		Instant createdAt, Instant updatedAt) {

	private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

	/// Whether a tax rate is in use.
	public enum Status {

		/// In use.
		ACTIVE,
		/// Gets on no new invoice line.
		ARCHIVED

	}

	/// What is computed.
	///
	/// @param country the ISO 3166-1 alpha-2 code of where the tax is due
	/// @param inclusive whether prices contain the tax already
	public record Terms(Percentage percentage, TaxCategory category, String country, boolean inclusive) {

		public Terms {
			if (category.taxed() == percentage.isZero()) {
				throw new IllegalArgumentException("category S is above zero percent, every other is zero");
			}
		}

	}

	/// What the organization may edit.
	///
	/// @param name what invoices show, for example `MwSt. 20 %`
	public record Details(String name, @Nullable String description, Map<String, String> metadata) {

		public Details {
			metadata = Map.copyOf(metadata);
		}

	}

	/// A new, active tax rate.
	static TaxRate create(TaxRateId id, Terms terms, Details details, Instant now) {
		return new TaxRate(id, 1, terms, details, null, now, now);
	}

	/// The tax on a base, rounded half up to the currency's digits.
	///
	/// @param base what the lines add up to: without the tax, or with it where the rate is inclusive
	public Money on(Money base) {
		BigDecimal percent = this.terms.percentage().value();
		BigDecimal whole = this.terms.inclusive() ? HUNDRED.add(percent) : HUNDRED;
		int digits = base.currency().getDefaultFractionDigits();
		return Money.of(base.toDecimal().multiply(percent).divide(whole, digits, RoundingMode.HALF_UP), base.currency(),
				RoundingMode.UNNECESSARY);
	}

	/// The tax rate with other details; the same rate when nothing differs.
	TaxRate change(Details details, Instant now) {
		return details.equals(this.details) ? this : next(details, this.archivedAt, now);
	}

	/// The tax rate without new invoice lines from now on; the same rate when already archived.
	TaxRate archive(Instant now) {
		return archived() ? this : next(this.details, now, now);
	}

	/// The tax rate back in use; the same rate when not archived.
	TaxRate unarchive(Instant now) {
		return archived() ? next(this.details, null, now) : this;
	}

	/// Whether the tax rate is closed for new invoice lines.
	public boolean archived() {
		return this.archivedAt != null;
	}

	/// In use or not.
	public Status status() {
		return archived() ? Status.ARCHIVED : Status.ACTIVE;
	}

	/// This tax rate, when it may get on new invoice lines.
	///
	/// @throws TaxFailure.Archived when it may not
	public TaxRate requireActive() {
		if (archived()) {
			throw new TaxFailure.Archived(this.id);
		}
		return this;
	}

	private TaxRate next(Details details, @Nullable Instant archivedAt, Instant now) {
		return new TaxRate(this.id, this.version + 1, this.terms, details, archivedAt, this.createdAt, now);
	}

}
