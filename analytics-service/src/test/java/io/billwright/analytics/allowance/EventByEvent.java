package io.billwright.analytics.allowance;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What [BurnDown] has to come to, as simple as it can be: every use on its own, in the order of time. Nothing is ever given
/// back.
final class EventByEvent {

	private final List<Allowance> allowances;

	private final ZoneId zone;

	private final Map<AllowanceId, Grant> grants = new HashMap<>();

	private BigDecimal overage = BigDecimal.ZERO;

	EventByEvent(List<Allowance> allowances, ZoneId zone) {
		this.allowances = allowances;
		this.zone = zone;
	}

	record Use(Instant at, BigDecimal quantity) {}

	private static final class Grant {

		private Instant end = Instant.MIN;

		private BigDecimal left = BigDecimal.ZERO;

	}

	/// What is left of each allowance in force.
	Map<AllowanceId, BigDecimal> left(List<Use> uses, Instant now, Instant overageSince) {
		uses.stream().sorted(Comparator.comparing(Use::at)).forEach((use) -> use(use, overageSince));
		Map<AllowanceId, BigDecimal> left = new TreeMap<>(Comparator.comparing(AllowanceId::value));
		inForce(now).forEach((allowance) -> left.put(allowance.id(), at(allowance, now).left.stripTrailingZeros()));
		return left;
	}

	BigDecimal overage() {
		return this.overage;
	}

	private void use(Use use, Instant overageSince) {
		List<Allowance> inForce = inForce(use.at());
		BigDecimal rest = use.quantity();
		for (Allowance allowance : inForce.stream().sorted(this::compare).toList()) {
			Grant grant = at(allowance, use.at());
			BigDecimal taken = rest.min(grant.left);
			grant.left = grant.left.subtract(taken);
			rest = rest.subtract(taken);
		}
		if (!inForce.isEmpty() && !use.at().isBefore(overageSince)) {
			this.overage = this.overage.add(rest);
		}
	}

	private int compare(Allowance one, Allowance other) {
		int byEnd = this.grants.get(one.id()).end.compareTo(this.grants.get(other.id()).end);
		int byPriority = Integer.compare(one.terms().priority(), other.terms().priority());
		return (byEnd != 0) ? byEnd : (byPriority != 0) ? byPriority : one.id().value().compareTo(other.id().value());
	}

	private List<Allowance> inForce(Instant moment) {
		return this.allowances.stream()
				.filter((each) -> each.voidedAt() == null && !moment.isBefore(each.start())
						&& (each.terms().expiresAt() == null || moment.isBefore(each.terms().expiresAt()))
						&& (each.endedAt() == null || moment.isBefore(each.endedAt())))
				.peek((each) -> at(each, moment))
				.toList();
	}

	/// The grant of that time, after all those before it.
	private Grant at(Allowance allowance, Instant moment) {
		Grant grant = this.grants.computeIfAbsent(allowance.id(), (id) -> new Grant());
		Instant from = grant.end.equals(Instant.MIN) ? allowance.start() : grant.end;
		while (!moment.isBefore(grant.end)) {
			BigDecimal limit = allowance.terms().rolloverLimit();
			BigDecimal carried = (limit != null) ? grant.left.min(limit) : BigDecimal.ZERO;
			grant.left = allowance.terms().amount().add(carried);
			grant.end = end(allowance, from);
			from = grant.end;
		}
		return grant;
	}

	private Instant end(Allowance allowance, Instant from) {
		Recurrence every = allowance.terms().every();
		Instant end = Instant.MAX;
		if (every != null) {
			ZonedDateTime day = from.atZone(this.zone).truncatedTo(ChronoUnit.DAYS);
			ZonedDateTime next = switch (every) {
				case DAY -> day.plusDays(1);
				case WEEK -> day.with(TemporalAdjusters.next(DayOfWeek.MONDAY));
				case MONTH -> day.with(TemporalAdjusters.firstDayOfNextMonth());
				case YEAR -> day.with(TemporalAdjusters.firstDayOfNextYear());
			};
			end = next.toInstant();
		}
		Instant expiry = allowance.terms().expiresAt();
		end = (expiry != null && expiry.isBefore(end)) ? expiry : end;
		Instant ended = allowance.endedAt();
		return (ended != null && ended.isBefore(end)) ? ended : end;
	}

}
