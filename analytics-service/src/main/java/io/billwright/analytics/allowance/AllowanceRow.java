package io.billwright.analytics.allowance;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.billwright.analytics.allowance.Allowance.Overage;
import io.billwright.analytics.allowance.Allowance.Terms;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.meter.MeterId;

/// A row of `allowance`.
record AllowanceRow(UUID id, long version, UUID customerId, UUID meterId, BigDecimal amount, @Nullable String every,
		Instant startsAt, @Nullable Instant expiresAt, @Nullable BigDecimal rolloverLimit, int priority, String overage,
		@Nullable Instant endedAt, @Nullable Instant voidedAt, Instant createdAt, Instant updatedAt) {

	static AllowanceRow of(Allowance allowance) {
		Terms terms = allowance.terms();
		return new AllowanceRow(allowance.id().value(), allowance.version(), allowance.customer().value(),
				allowance.meter().value(), terms.amount(), (terms.every() != null) ? code(terms.every()) : null,
				terms.startsAt(), terms.expiresAt(), terms.rolloverLimit(), terms.priority(), code(terms.overage()),
				allowance.endedAt(), allowance.voidedAt(), allowance.createdAt(), allowance.updatedAt());
	}

	Allowance toAllowance() {
		Terms terms = new Terms(this.amount,
				(this.every != null) ? Recurrence.valueOf(this.every.toUpperCase(Locale.ROOT)) : null, this.startsAt,
				this.expiresAt, this.rolloverLimit, this.priority,
				Overage.valueOf(this.overage.toUpperCase(Locale.ROOT)));
		return new Allowance(new AllowanceId(this.id), this.version, new CustomerId(this.customerId),
				new MeterId(this.meterId), terms, this.endedAt, this.voidedAt, this.createdAt, this.updatedAt);
	}

	private static String code(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

}
