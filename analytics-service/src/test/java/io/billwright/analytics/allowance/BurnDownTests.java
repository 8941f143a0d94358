package io.billwright.analytics.allowance;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.billwright.analytics.allowance.Allowance.Overage;
import io.billwright.analytics.allowance.Allowance.Terms;
import io.billwright.analytics.allowance.EventByEvent.Use;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.meter.MeterId;

import static org.assertj.core.api.Assertions.assertThat;

class BurnDownTests {

	private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

	private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

	private static final CustomerId CUSTOMER = new CustomerId(UUID.randomUUID());

	private static final MeterId METER = new MeterId(UUID.randomUUID());

	private static final AtomicLong COUNTER = new AtomicLong();

	@Test
	void balanceWhenThereIsNoAllowanceInForceThenIsNothing() {
		assertThat(balance(List.of(), use("2026-11-19T00:00:00Z", 5))).isEqualTo(Balance.NONE);
		Allowance later = once(10, "2026-11-21T00:00:00Z", null, 100);
		Allowance voided = once(10, "2026-11-01T00:00:00Z", null, 100).annul(NOW);
		assertThat(balance(List.of(later, voided), use("2026-11-19T00:00:00Z", 5))).isEqualTo(Balance.NONE);
	}

	@Test
	void usageWhenSeveralAreInForceThenTakesTheOneThatExpiresFirstThenThePriorityThenTheOldest() {
		Allowance forEver = once(100, "2026-01-01T00:00:00Z", null, 0);
		Allowance monthly = every(Recurrence.MONTH, 10, null);
		Allowance soon = once(3, "2026-11-02T00:00:00Z", "2026-11-25T00:00:00Z", 900);
		Allowance preferred = once(4, "2026-01-01T00:00:00Z", "2026-12-24T00:00:00Z", 1);
		Allowance older = once(5, "2026-01-01T00:00:00Z", "2026-12-24T00:00:00Z", 2);
		Allowance newer = once(6, "2026-01-01T00:00:00Z", "2026-12-24T00:00:00Z", 2);
		List<Allowance> all = List.of(forEver, newer, older, preferred, monthly, soon);
		Balance balance = balance(all, use("2026-11-10T00:00:00Z", 20));
		assertThat(balance.shares()).extracting(Balance.Share::allowance)
				.containsExactly(soon, monthly, preferred, older, newer, forEver);
		assertThat(balance.shares()).extracting((share) -> share.used().intValue())
				.containsExactly(3, 10, 4, 3, 0, 0);
		assertThat(balance.remaining()).isEqualByComparingTo("108");
		assertThat(balance.hasAccess()).isTrue();
	}

	@Test
	void usageWhenBeforeAnAllowanceThenIsNotTakenFromIt() {
		Allowance monthly = every(Recurrence.MONTH, 10, null);
		Allowance later = once(5, "2026-11-15T00:00:00Z", "2026-11-28T00:00:00Z", 0);
		Balance balance = balance(List.of(monthly, later), use("2026-11-14T23:59:59Z", 4),
				use("2026-11-15T00:00:00Z", 6));
		assertThat(balance.shares()).extracting((share) -> share.used().intValue()).containsExactly(5, 5);
	}

	@Test
	void periodWhenItIsNewThenTheAllowanceIsGrantedAnew() {
		Allowance daily = every(Recurrence.DAY, 10, null);
		// Midnight in Berlin.
		Balance balance = balance(List.of(daily), use("2026-11-19T22:59:59Z", 10), use("2026-11-19T23:00:00Z", 4));
		assertThat(balance.used()).isEqualByComparingTo("4");
		assertThat(balance.start()).isEqualTo("2026-11-19T23:00:00Z");
		assertThat(balance.end()).isEqualTo("2026-11-20T23:00:00Z");
	}

	@Test
	void remainderWhenItRollsOverThenIsLimitedAndHasTheNextPeriodsEnd() {
		Allowance monthly = every(Recurrence.MONTH, 10, 8);
		// 2026-09: 9 left, 8 carried; 10: 18 - 13 = 5 carried.
		Balance balance = balance(List.of(monthly), use("2026-09-10T00:00:00Z", 1), use("2026-10-10T00:00:00Z", 13),
				use("2026-11-10T00:00:00Z", 1));
		assertThat(balance.shares().getFirst().rolledOver()).isEqualByComparingTo("5");
		assertThat(balance.remaining()).isEqualByComparingTo("14");
		assertThat(balance.end()).isEqualTo("2026-11-30T23:00:00Z");
	}

	@Test
	void overageWhenTheLimitIsSoftThenLeavesAccess() {
		Allowance hard = every(Recurrence.MONTH, 10, null);
		Use much = use("2026-11-10T00:00:00Z", 12);
		Balance refused = balance(List.of(hard), use("2026-10-10T00:00:00Z", 99), much);
		assertThat(refused.overage()).isEqualByComparingTo("2");
		assertThat(refused.hasAccess()).isFalse();
		Allowance soft = allowance(1, Recurrence.DAY, "2026-01-01T00:00:00Z", null, null, 0, Overage.SOFT);
		Balance granted = balance(List.of(soft), much, use("2026-11-20T11:00:00Z", 3));
		assertThat(granted.overage()).as("of the day").isEqualByComparingTo("2");
		assertThat(granted.hasAccess()).isTrue();
	}

	@Test
	void usageWhenItIsTakenBackThenIsGivenBackInTheOppositeOrder() {
		Allowance soon = once(3, "2026-11-01T00:00:00Z", "2026-11-25T00:00:00Z", 0);
		Allowance monthly = every(Recurrence.MONTH, 10, null);
		Allowance later = once(1, "2026-11-15T00:00:00Z", null, 0);
		Balance balance = balance(List.of(soon, monthly, later), use("2026-11-10T00:00:00Z", 15),
				use("2026-11-16T00:00:00Z", -4));
		assertThat(balance.overage()).isEqualByComparingTo("0");
		assertThat(balance.shares()).extracting((share) -> share.used().intValue()).containsExactly(3, 8, 0);
	}

	@Test
	void allowanceWhenEndedThenKeepsWhatWasUsedOfIt() {
		Allowance monthly = every(Recurrence.MONTH, 10, null);
		Allowance soon = once(4, "2026-11-01T00:00:00Z", "2026-11-25T00:00:00Z", 0)
				.end(Instant.parse("2026-11-15T00:00:00Z"));
		List<Use> uses = List.of(use("2026-11-10T00:00:00Z", 6), use("2026-11-16T00:00:00Z", 1));
		assertThat(balance(List.of(monthly, soon), uses).used()).isEqualByComparingTo("3");
		assertThat(balance(List.of(monthly, soon.annul(NOW)), uses).used()).isEqualByComparingTo("7");
	}

	/// A week begins in the month before, and so on: what is left now depends on all of it.
	@Test
	void boundsWhenPeriodsOverlapThenGoBackUntilNothingIsUnderWay() {
		Allowance weekly = allowance(5, Recurrence.WEEK, "2026-06-01T00:00:00Z", null, null, 0, Overage.HARD);
		Allowance monthly = allowance(5, Recurrence.MONTH, "2026-06-01T00:00:00Z", null, null, 0, Overage.HARD);
		assertThat(new BurnDown(List.of(monthly), BERLIN, NOW).bounds()).first()
				.isEqualTo(Instant.parse("2026-10-31T23:00:00Z"));
		assertThat(new BurnDown(List.of(weekly, monthly), BERLIN, NOW).bounds()).first()
				.isEqualTo(Instant.parse("2026-06-01T00:00:00Z"));
	}

	@Test
	void balanceWhenAtRandomThenIsThatOfEveryUseOnItsOwn() {
		IntStream.range(0, 400).forEach((seed) -> {
			Scenario scenario = new Scenario(seed);
			scenario.compare(scenario.uses);
		});
	}

	/// The comparison is worth something: it sees a single use that is missing.
	@Test
	void balanceWhenAUseIsMissingThenDiffers() {
		long seen = IntStream.range(0, 100).mapToObj(Scenario::new).filter((scenario) -> {
			List<Use> fewer = new ArrayList<>(scenario.uses);
			fewer.removeLast();
			return !scenario.isSame(fewer);
		}).count();
		assertThat(seen).isGreaterThan(70);
	}

	/// Allowances and uses at random, over a change of the clocks, the last use within all that is in force.
	private static final class Scenario {

		private final Random random;

		private final ZoneId zone;

		private final List<Allowance> allowances;

		private final List<Use> uses;

		Scenario(int seed) {
			this.random = new Random(seed);
			this.zone = List.of(BERLIN, ZoneId.of("America/New_York"), ZoneId.of("Asia/Kolkata")).get(seed % 3);
			this.allowances = Stream.generate(this::allowance).limit(1 + this.random.nextInt(6)).toList();
			this.uses = new ArrayList<>(Stream.generate(this::use).limit(300).toList());
			this.uses.add(new Use(NOW.minusSeconds(1), BigDecimal.ONE));
		}

		private Allowance allowance() {
			@Nullable
			Recurrence every = (this.random.nextInt(3) == 0)
					? null
					: Recurrence.values()[this.random.nextInt(Recurrence.values().length)];
			Instant start = NOW.minusSeconds(this.random.nextLong(Duration.ofDays(120).toSeconds()))
					.truncatedTo(ChronoUnit.MINUTES);
			@Nullable
			Instant expiry = this.random.nextBoolean()
					? null
					: start.plusSeconds(60 + this.random.nextLong(Duration.ofDays(150).toSeconds()));
			@Nullable
			BigDecimal rollover = (every == null || this.random.nextBoolean())
					? null
					: BigDecimal.valueOf(1 + this.random.nextInt(300), 1);
			Terms terms = new Terms(BigDecimal.valueOf(1 + this.random.nextInt(4_000), 1), every, start, expiry,
					rollover, this.random.nextInt(3), this.random.nextBoolean() ? Overage.HARD : Overage.SOFT);
			Allowance allowance = Allowance.create(new AllowanceId(new UUID(COUNTER.incrementAndGet(), 0)), CUSTOMER,
					METER, terms, NOW);
			return switch (this.random.nextInt(8)) {
				case 0 -> allowance.end(NOW.minusSeconds(this.random.nextInt(2_000_000)));
				case 1 -> allowance.annul(NOW);
				default -> allowance;
			};
		}

		private Use use() {
			return new Use(NOW.minusMillis(this.random.nextLong(Duration.ofDays(130).toMillis())),
					BigDecimal.valueOf(this.random.nextInt(100), 1));
		}

		boolean isSame(List<Use> uses) {
			return told(uses).equals(expected());
		}

		void compare(List<Use> uses) {
			assertThat(told(uses)).isEqualTo(expected());
		}

		private String told(List<Use> uses) {
			Balance balance = balance(this.allowances, this.zone, uses);
			Map<AllowanceId, BigDecimal> left = new TreeMap<>((one, other) -> one.value().compareTo(other.value()));
			balance.shares()
					.forEach((share) -> left.put(share.allowance().id(), share.remaining().stripTrailingZeros()));
			return left + " and over " + balance.overage().stripTrailingZeros();
		}

		private String expected() {
			EventByEvent model = new EventByEvent(this.allowances, this.zone);
			Balance balance = balance(this.allowances, this.zone, List.of());
			Instant since = (balance.start() != null) ? balance.start() : NOW;
			Map<AllowanceId, BigDecimal> left = model.left(this.uses, NOW, since);
			BigDecimal overage = left.isEmpty() ? BigDecimal.ZERO : model.overage();
			return left + " and over " + overage.stripTrailingZeros();
		}

	}

	private static Balance balance(List<Allowance> allowances, Use... uses) {
		return balance(allowances, List.of(uses));
	}

	private static Balance balance(List<Allowance> allowances, List<Use> uses) {
		return balance(allowances, BERLIN, uses);
	}

	private static Balance balance(List<Allowance> allowances, ZoneId zone, List<Use> uses) {
		BurnDown burnDown = new BurnDown(allowances, zone, NOW);
		List<Instant> bounds = burnDown.bounds();
		List<BigDecimal> usage = IntStream.range(1, bounds.size())
				.mapToObj((at) -> uses.stream()
						.filter((use) -> !use.at().isBefore(bounds.get(at - 1)) && use.at().isBefore(bounds.get(at)))
						.map(Use::quantity)
						.reduce(BigDecimal.ZERO, BigDecimal::add))
				.toList();
		return burnDown.burn(bounds, usage);
	}

	private static Use use(String at, long quantity) {
		return new Use(Instant.parse(at), BigDecimal.valueOf(quantity));
	}

	private static Allowance once(long amount, String start, @Nullable String expiry, int priority) {
		return allowance(amount, null, start, expiry, null, priority, Overage.HARD);
	}

	private static Allowance every(Recurrence every, long amount, @Nullable Integer rollover) {
		return allowance(amount, every, "2026-09-01T00:00:00Z", null,
				(rollover != null) ? BigDecimal.valueOf(rollover) : null, 100, Overage.HARD);
	}

	private static Allowance allowance(long amount, @Nullable Recurrence every, String start, @Nullable String expiry,
			@Nullable BigDecimal rollover, int priority, Overage overage) {
		Terms terms = new Terms(BigDecimal.valueOf(amount), every, Instant.parse(start),
				(expiry != null) ? Instant.parse(expiry) : null, rollover, priority, overage);
		return Allowance.create(new AllowanceId(new UUID(COUNTER.incrementAndGet(), 0)), CUSTOMER, METER, terms, NOW);
	}

}
