package io.billwright.analytics.usage;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/// What any number of events amounts to. [#combine] is associative and commutative with [#NONE] as its neutral element, so
/// that events can be measured in any order and in any groups with the same result, to the last digit.
///
/// Decimals are kept without trailing zeros, so that equal measures are `equals`.
///
/// @param count how many events
/// @param sum of their values
/// @param latest the value of the latest event; ties are broken by the larger key, then by the larger value
/// @param moment sum of value x seconds between [#EPOCH] and the event, in which the weighted sum over time can be taken
/// apart into buckets
public record Measure(long count, BigDecimal sum, @Nullable BigDecimal min, @Nullable BigDecimal max,
		@Nullable BigDecimal latest, @Nullable Instant latestAt, @Nullable String latestKey, BigDecimal moment) {

	/// Where the time in a moment begins: near to the present, so that it costs few digits.
	public static final Instant EPOCH = Instant.parse("2020-01-01T00:00:00Z");

	/// No event at all.
	public static final Measure NONE = new Measure(0, BigDecimal.ZERO, null, null, null, null, null, BigDecimal.ZERO);

	private static final int MICRO_DIGITS = 6;

	/// Brings the decimals into their only form.
	public Measure {
		sum = canonical(sum);
		min = (min != null) ? canonical(min) : null;
		max = (max != null) ? canonical(max) : null;
		latest = (latest != null) ? canonical(latest) : null;
		moment = canonical(moment);
	}

	/// One event.
	///
	/// @param value what the meter measures of it
	public static Measure of(BigDecimal value, Instant timestamp, String key) {
		BigDecimal canonical = canonical(value);
		return new Measure(1, canonical, canonical, canonical, canonical, timestamp, key,
				canonical.multiply(secondsSinceEpoch(timestamp)));
	}

	/// The events of both.
	public Measure combine(Measure other) {
		if (this.count == 0) {
			return other;
		}
		if (other.count == 0) {
			return this;
		}
		Measure later = (compareLatest(this, other) >= 0) ? this : other;
		return new Measure(this.count + other.count, this.sum.add(other.sum), min(this.min, other.min),
				max(this.max, other.max), later.latest, later.latestAt, later.latestKey,
				this.moment.add(other.moment));
	}

	/// What of a level's changes, these events, accrues until the end: each change multiplied by the seconds from its event
	/// to the end. What the level was before is multiplied by the length of the period and added by whoever knows it.
	///
	/// @param end not before any of the events
	public BigDecimal weightedUntil(Instant end) {
		return canonical(secondsSinceEpoch(end).multiply(this.sum).subtract(this.moment));
	}

	/// The sum divided by the count; null without an event.
	///
	/// @param digits after the point, rounded half up
	public @Nullable BigDecimal average(int digits) {
		return (this.count == 0)
				? null
				: this.sum.divide(BigDecimal.valueOf(this.count), digits, RoundingMode.HALF_UP);
	}

	/// Seconds, exact to the microsecond.
	public static BigDecimal secondsSinceEpoch(Instant moment) {
		Duration since = Duration.between(EPOCH, moment);
		return BigDecimal.valueOf(since.getSeconds() * 1_000_000 + since.getNano() / 1_000, MICRO_DIGITS);
	}

	/// A decimal without trailing zeros and without an exponent.
	static BigDecimal canonical(BigDecimal value) {
		BigDecimal stripped = (value.scale() > 0) ? value.stripTrailingZeros() : value;
		return (stripped.scale() < 0) ? stripped.setScale(0) : stripped;
	}

	private static @Nullable BigDecimal min(@Nullable BigDecimal one, @Nullable BigDecimal other) {
		return (one == null || other == null) ? one : one.min(other);
	}

	private static @Nullable BigDecimal max(@Nullable BigDecimal one, @Nullable BigDecimal other) {
		return (one == null || other == null) ? one : one.max(other);
	}

	private static int compareLatest(Measure one, Measure other) {
		if (one.latestAt == null || other.latestAt == null) {
			throw new IllegalStateException("A measure of events has no latest one");
		}
		int byTime = one.latestAt.compareTo(other.latestAt);
		return (byTime != 0) ? byTime : compareTied(one, other);
	}

	private static int compareTied(Measure one, Measure other) {
		if (one.latestKey == null || other.latestKey == null || one.latest == null || other.latest == null) {
			throw new IllegalStateException("A measure of events has no latest one");
		}
		int byKey = Arrays.compareUnsigned(bytes(one.latestKey), bytes(other.latestKey));
		return (byKey != 0) ? byKey : one.latest.compareTo(other.latest);
	}

	/// PostgreSQL's order under COLLATE "C", which is not that of Java's characters.
	private static byte[] bytes(String key) {
		return key.getBytes(StandardCharsets.UTF_8);
	}

}
