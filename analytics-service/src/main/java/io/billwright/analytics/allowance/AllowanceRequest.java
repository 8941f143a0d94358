package io.billwright.analytics.allowance;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

import org.jspecify.annotations.Nullable;

import io.billwright.analytics.allowance.Allowance.Overage;
import io.billwright.analytics.allowance.Allowance.Terms;
import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;

/// What clients say of an allowance.
///
/// @param customer `cus_...` or the organization's own id
/// @param meter its slug or id
/// @param amount a positive decimal with at most 18 digits before and 18 after the point
/// @param every once when not said
/// @param startsAt the current minute when not said
/// @param rolloverLimit nothing is carried over when not said
/// @param priority 100 when not said
/// @param overage `hard` when not said
record AllowanceRequest(@NotNull @Size(min = 1, max = 255) String customer,
		@NotNull @Size(min = 1, max = 63) String meter, @NotNull BigDecimal amount, @Nullable Recurrence every,
		@Nullable Instant startsAt, @Nullable Instant expiresAt, @Nullable BigDecimal rolloverLimit,
		@Min(0) @Max(AllowanceRequest.PRIORITY_MAX) @Nullable Integer priority, @Nullable Overage overage) {

	/// The largest priority.
	static final int PRIORITY_MAX = 1_000;

	private static final int PRIORITY = 100;

	private static final int DIGITS = 18;

	private static final int LAST_YEAR = 9999;

	private static final BigDecimal END = BigDecimal.TEN.pow(DIGITS);

	/// What it says.
	///
	/// @throws Invalid naming every problem
	Terms toTerms(Instant now) {
		Instant starts = micros((this.startsAt != null) ? this.startsAt : now.truncatedTo(ChronoUnit.MINUTES));
		@Nullable
		Instant expires = (this.expiresAt != null) ? micros(this.expiresAt) : null;
		List<FieldError> problems = new ArrayList<>();
		check("amount", this.amount, problems);
		if (this.rolloverLimit != null) {
			check("rollover_limit", this.rolloverLimit, problems);
			if (this.every == null) {
				problems.add(new FieldError("rollover_limit", "out_of_range",
						"must not be there for what is granted once: give it a later expires_at"));
			}
		}
		if (Math.abs(now.until(starts, ChronoUnit.DAYS)) > BurnDown.YEARS * ChronoUnit.YEARS.getDuration().toDays()) {
			problems.add(new FieldError("starts_at", "out_of_range",
					"must be at most %d years from now".formatted(BurnDown.YEARS)));
		}
		if ((expires != null) && (!expires.isAfter(starts)
				|| (expires.atOffset(ZoneOffset.UTC).getYear() > LAST_YEAR))) {
			problems.add(new FieldError("expires_at", "out_of_range", "must be after starts_at and before 10000"));
		}
		if (!problems.isEmpty()) {
			throw new Invalid(problems);
		}
		return new Terms(this.amount, this.every, starts, expires, this.rolloverLimit,
				Objects.requireNonNullElse(this.priority, PRIORITY),
				Objects.requireNonNullElse(this.overage, Overage.HARD));
	}

	/// As PostgreSQL keeps it.
	private static Instant micros(Instant moment) {
		return moment.truncatedTo(ChronoUnit.MICROS);
	}

	private static void check(String field, BigDecimal amount, List<FieldError> problems) {
		if ((amount.signum() <= 0) || (amount.compareTo(END) >= 0) || (amount.scale() > DIGITS)) {
			problems.add(new FieldError(field, "out_of_range",
					"must be more than 0, with at most 18 digits before and 18 after the point"));
		}
	}

}
