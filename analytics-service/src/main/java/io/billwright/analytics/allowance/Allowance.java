package io.billwright.analytics.allowance;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;

import org.jspecify.annotations.Nullable;

import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.meter.MeterId;

/// What a customer may use of a meter. Immutable and never edited: it can only be ended or voided.
///
/// @param version 1 at creation, one more with each change
/// @param endedAt since when it was made to grant nothing more
/// @param voidedAt when it was made as if it had never been
record Allowance(AllowanceId id, long version, CustomerId customer, MeterId meter, Terms terms,
		@Nullable Instant endedAt, @Nullable Instant voidedAt, Instant createdAt, Instant updatedAt) {

	/// What is granted.
	///
	/// @param amount in the meter's unit, positive
	/// @param every how often; `null` for once
	/// @param startsAt when it begins; the first period is the rest of that period, and is granted in full
	/// @param expiresAt when it ends, not included; `null` for never
	/// @param rolloverLimit how much of what is left at the end of a period is carried into the next at most; `null` for nothing
	/// @param priority of two that expire at the same time the one with the smaller number is used first
	/// @param overage what happens when it is used up
	record Terms(BigDecimal amount, @Nullable Recurrence every, Instant startsAt, @Nullable Instant expiresAt,
			@Nullable BigDecimal rolloverLimit, int priority, Overage overage) {}

	/// What happens when an allowance is used up.
	enum Overage {

		/// The customer may go on.
		SOFT,
		/// The customer may not go on.
		HARD

	}

	/// Where an allowance stands.
	enum Status {

		/// Begins later.
		SCHEDULED,
		/// In force.
		ACTIVE,
		/// Over.
		ENDED,
		/// As if it had never been.
		VOIDED

	}

	static Allowance create(AllowanceId id, CustomerId customer, MeterId meter, Terms terms, Instant now) {
		return new Allowance(id, 1, customer, meter, terms, null, null, now, now);
	}

	/// The allowance that grants nothing from now on; the same one where it is over already.
	///
	/// @throws AllowanceFailure.Voided when it has been voided
	Allowance end(Instant now) {
		if (this.voidedAt != null) {
			throw new AllowanceFailure.Voided(this.id);
		}
		return end().isAfter(now)
				? new Allowance(this.id, this.version + 1, this.customer, this.meter, this.terms, now, null,
						this.createdAt, now)
				: this;
	}

	/// The allowance as if it had never been; the same one where it is so already.
	Allowance annul(Instant now) {
		return (this.voidedAt != null)
				? this
				: new Allowance(this.id, this.version + 1, this.customer, this.meter, this.terms, this.endedAt, now,
						this.createdAt, now);
	}

	Status status(Instant now) {
		if (this.voidedAt != null) {
			return Status.VOIDED;
		}
		return !end().isAfter(now)
				? Status.ENDED
				: (this.terms.startsAt().isAfter(now) ? Status.SCHEDULED : Status.ACTIVE);
	}

	boolean inForce(Instant moment) {
		return status(moment) == Status.ACTIVE;
	}

	Instant start() {
		return this.terms.startsAt();
	}

	/// When it ends, not included; [Instant#MAX] for never.
	Instant end() {
		Instant expiry = (this.terms.expiresAt() != null) ? this.terms.expiresAt() : Instant.MAX;
		return ((this.endedAt != null) && this.endedAt.isBefore(expiry)) ? this.endedAt : expiry;
	}

	/// The beginning of what is granted at once: of the current period, or of all.
	Instant grantStart(Instant moment, ZoneId zone) {
		Instant period = (this.terms.every() != null) ? this.terms.every().startOf(moment, zone) : start();
		return period.isBefore(start()) ? start() : period;
	}

	/// The end of what is granted at once; [Instant#MAX] for never.
	Instant grantEnd(Instant moment, ZoneId zone) {
		Instant period = (this.terms.every() != null) ? this.terms.every().endOf(moment, zone) : end();
		return period.isBefore(end()) ? period : end();
	}

}
