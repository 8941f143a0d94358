package io.billwright.analytics.allowance;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.billwright.analytics.allowance.Balance.Share;

/// How a customer's usage of one meter uses its allowances up.
///
/// What is used at a moment is taken from the allowances in force at that moment: from the one that expires first, then from
/// the one with the smaller priority, then from the oldest. As that order is the same as long as none begins, ends or is granted
/// anew, usage needs to be known by such stretches only, and not by events.
final class BurnDown {

	/// Years that are looked back at the most: an allowance that is older begins with the first of them.
	static final int YEARS = 5;

	private static final Comparator<Pot> ORDER = Comparator.comparing(Pot::end)
			.thenComparingInt((pot) -> pot.allowance().terms().priority())
			.thenComparing((pot) -> pot.allowance().createdAt())
			.thenComparing((pot) -> pot.allowance().id().value());

	private final List<Allowance> allowances;

	private final ZoneId zone;

	private final Instant now;

	/// @param allowances of one customer of one meter
	/// @param zone where periods begin
	BurnDown(List<Allowance> allowances, ZoneId zone, Instant now) {
		this.allowances = allowances.stream().filter((allowance) -> allowance.voidedAt() == null).toList();
		this.zone = zone;
		this.now = now;
	}

	/// The moments between which usage has to be known, in their order; none where no allowance is in force.
	List<Instant> bounds() {
		if (inForce(this.now).findAny().isEmpty()) {
			return List.of();
		}
		Instant from = from();
		// What is accepted lies at most some minutes ahead, so that the last stretch may end anywhere after them.
		Instant horizon = this.now.truncatedTo(ChronoUnit.DAYS).plus(2, ChronoUnit.DAYS);
		NavigableSet<Instant> turns = new TreeSet<>(List.of(from, horizon));
		this.allowances.forEach((allowance) -> addTurns(allowance, from, horizon, turns));
		return List.copyOf(turns.subSet(from, true, Objects.requireNonNull(turns.higher(this.now)), true));
	}

	/// When the allowance begins, is granted anew, and ends.
	private void addTurns(Allowance allowance, Instant from, Instant horizon, NavigableSet<Instant> turns) {
		Instant end = earlier(allowance.end(), horizon);
		Instant turn = allowance.start().isBefore(from) ? from : allowance.start();
		while (turn.isBefore(end)) {
			turns.add(turn);
			turn = allowance.grantEnd(turn, this.zone);
		}
		turns.add(end);
	}

	private static Instant earlier(Instant one, Instant other) {
		return one.isBefore(other) ? one : other;
	}

	/// When everything began that still matters. What is used now may have been used of another allowance had that not been
	/// used before; so it goes back to a moment at which nothing was under way.
	private Instant from() {
		Instant earliest = LocalDate.ofInstant(this.now, this.zone)
				.withDayOfYear(1)
				.minusYears(YEARS)
				.atStartOfDay(this.zone)
				.toInstant();
		Instant from = reach(this.now);
		Instant before = this.now;
		while (from.isAfter(earliest) && from.isBefore(before)) {
			before = from;
			from = reach(before);
		}
		return from.isBefore(earliest) ? earliest : from;
	}

	/// The beginning of what is under way at the moment, or the moment itself.
	private Instant reach(Instant moment) {
		return inForce(moment).map((allowance) -> beginning(allowance, moment)).reduce(moment, BurnDown::earlier);
	}

	/// From when on what is left of the allowance depends on what was used.
	private Instant beginning(Allowance allowance, Instant moment) {
		return (allowance.terms().rolloverLimit() != null)
				? allowance.start()
				: allowance.grantStart(moment, this.zone);
	}

	private Stream<Allowance> inForce(Instant moment) {
		return this.allowances.stream().filter((allowance) -> allowance.inForce(moment));
	}

	/// What is left.
	///
	/// @param bounds those of [#bounds()]
	/// @param usage between each two of them
	Balance burn(List<Instant> bounds, List<BigDecimal> usage) {
		Map<AllowanceId, Pot> pots = new HashMap<>();
		@Nullable
		Allowance leading = leading();
		if (leading == null) {
			return Balance.NONE;
		}
		Instant start = leading.grantStart(this.now, this.zone);
		BigDecimal overage = BigDecimal.ZERO;
		for (int at = 0; at < usage.size(); at++) {
			Instant moment = bounds.get(at);
			List<Pot> open = inForce(moment).map((allowance) -> open(allowance, moment, pots)).sorted(ORDER).toList();
			overage = moment.isAfter(start) ? overage : BigDecimal.ZERO;
			overage = use(open, usage.get(at), overage);
		}
		return balance(leading, pots, overage);
	}

	/// Whose period the overage belongs to: the one that is granted anew most often, or the oldest.
	private @Nullable Allowance leading() {
		return inForce(this.now)
				.min(Comparator
						.comparing((Allowance allowance) -> allowance.terms().every(),
								Comparator.nullsLast(Comparator.naturalOrder()))
						.thenComparing(Allowance::start)
						.thenComparing((allowance) -> allowance.id().value()))
				.orElse(null);
	}

	private Pot open(Allowance allowance, Instant moment, Map<AllowanceId, Pot> pots) {
		Instant start = allowance.grantStart(moment, this.zone);
		return pots.compute(allowance.id(), (id, pot) -> ((pot != null) && pot.start.equals(start))
				? pot
				: new Pot(allowance, start, allowance.grantEnd(moment, this.zone),
						(pot != null) ? pot.carried() : BigDecimal.ZERO));
	}

	/// Takes the usage from the pots. What is less than nothing gives back what was taken last.
	///
	/// @return the overage afterwards
	private static BigDecimal use(List<Pot> pots, BigDecimal usage, BigDecimal overage) {
		if (pots.isEmpty()) {
			return overage;
		}
		if (usage.signum() >= 0) {
			BigDecimal rest = usage;
			for (Pot pot : pots) {
				rest = rest.subtract(pot.take(rest));
			}
			return overage.add(rest);
		}
		BigDecimal back = usage.negate();
		BigDecimal spared = back.min(overage);
		BigDecimal rest = back.subtract(spared);
		for (Pot pot : pots.reversed()) {
			rest = rest.subtract(pot.giveBack(rest));
		}
		return overage.subtract(spared);
	}

	private Balance balance(Allowance leading, Map<AllowanceId, Pot> pots, BigDecimal overage) {
		List<Share> shares = inForce(this.now).map((allowance) -> open(allowance, this.now, pots))
				.sorted(ORDER)
				.map(Pot::toShare)
				.toList();
		return Balance.of(shares, overage, leading.grantStart(this.now, this.zone),
				leading.grantEnd(this.now, this.zone));
	}

	/// What is granted at once, and how much of it is used.
	private static final class Pot {

		private final Allowance allowance;

		private final Instant start;

		private final Instant end;

		private final BigDecimal rolledOver;

		private BigDecimal used = BigDecimal.ZERO;

		Pot(Allowance allowance, Instant start, Instant end, BigDecimal rolledOver) {
			this.allowance = allowance;
			this.start = start;
			this.end = end;
			this.rolledOver = rolledOver;
		}

		Allowance allowance() {
			return this.allowance;
		}

		Instant end() {
			return this.end;
		}

		private BigDecimal remaining() {
			return this.allowance.terms().amount().add(this.rolledOver).subtract(this.used);
		}

		BigDecimal take(BigDecimal wanted) {
			BigDecimal taken = wanted.min(remaining());
			this.used = this.used.add(taken);
			return taken;
		}

		BigDecimal giveBack(BigDecimal offered) {
			BigDecimal given = offered.min(this.used);
			this.used = this.used.subtract(given);
			return given;
		}

		/// What goes into the next period.
		BigDecimal carried() {
			BigDecimal limit = this.allowance.terms().rolloverLimit();
			return (limit != null) ? remaining().min(limit) : BigDecimal.ZERO;
		}

		Share toShare() {
			return new Share(this.allowance, this.start, this.end, this.rolledOver, this.used, remaining());
		}

	}

}
