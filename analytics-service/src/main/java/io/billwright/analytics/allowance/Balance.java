package io.billwright.analytics.allowance;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.billwright.analytics.allowance.Allowance.Overage;

/// What a customer may still use of a meter. Exact.
///
/// @param granted by the allowances in force, with what they carried over
/// @param used of them
/// @param overage what was used beyond them since the beginning of the period
/// @param start of the period: that of the allowance which is granted anew most often; `null` without an allowance
/// @param end of the period, not included; [Instant#MAX] for never, `null` without an allowance
/// @param shares the allowances in force, in the order in which they are used
record Balance(BigDecimal granted, BigDecimal used, BigDecimal remaining, BigDecimal overage, boolean hasAccess,
		@Nullable Instant start, @Nullable Instant end, List<Share> shares) {

	private static final int PERCENT_SCALE = 18;

	/// Without any allowance in force.
	static final Balance NONE = new Balance(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, false,
			null, null, List.of());

	/// An allowance's current grant.
	///
	/// @param end not included; [Instant#MAX] for never
	/// @param rolledOver from the period before, on top of the amount
	record Share(Allowance allowance, Instant start, Instant end, BigDecimal rolledOver, BigDecimal used,
			BigDecimal remaining) {

		BigDecimal granted() {
			return this.allowance.terms().amount().add(this.rolledOver);
		}

	}

	/// The share of what is granted that was used, in percent.
	BigDecimal percentUsed() {
		return this.used.add(this.overage).movePointRight(2).divide(this.granted, PERCENT_SCALE, RoundingMode.DOWN);
	}

	static Balance of(List<Share> shares, BigDecimal overage, Instant start, Instant end) {
		BigDecimal remaining = sum(shares, Share::remaining);
		boolean soft = shares.stream().anyMatch((share) -> share.allowance().terms().overage() == Overage.SOFT);
		return new Balance(sum(shares, Share::granted), sum(shares, Share::used), remaining, overage,
				soft || (remaining.signum() > 0), start, end, shares);
	}

	private static BigDecimal sum(List<Share> shares, Function<Share, BigDecimal> part) {
		return shares.stream().map(part).reduce(BigDecimal.ZERO, BigDecimal::add);
	}

}
