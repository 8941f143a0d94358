package io.billwright.analytics.alert;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.allowance.Balances;
import io.billwright.analytics.allowance.Recurrence;
import io.billwright.analytics.counting.MeterActivations;
import io.billwright.analytics.counting.TouchedCustomers.Touched;
import io.billwright.analytics.customer.Customer;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.customer.Customers;
import io.billwright.analytics.meter.Meter;
import io.billwright.analytics.meter.Meters;
import io.billwright.analytics.summary.UsageFigures;
import io.billwright.contracts.Topics;
import io.billwright.contracts.UsageLevelSnapshot;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.messaging.Outbox;
import io.billwright.platform.messaging.OutboxEvent;
import io.billwright.platform.tenancy.FromPrimary;

/// Looks at the figures of a customer which have changed, and tells of levels that they have reached. It may look as often as
/// it likes: that a level was told of is noted in the transaction that tells, under a key that is there once.
@Component
class LookAtFigures {

	/// Periods that are looked at for late events: more than the days for which events are accepted.
	private static final int PERIODS = 40;

	private final Alerts alerts;

	private final Customers customers;

	private final Meters meters;

	private final UsageFigures figures;

	private final Balances balances;

	private final MeterActivations activations;

	private final Outbox outbox;

	private final TransactionalOperator transaction;

	private final Clock clock;

	LookAtFigures(Alerts alerts, Customers customers, Meters meters, UsageFigures figures, Balances balances,
			MeterActivations activations, Outbox outbox, TransactionalOperator transaction, Clock clock) {
		this.alerts = alerts;
		this.customers = customers;
		this.meters = meters;
		this.figures = figures;
		this.balances = balances;
		this.activations = activations;
		this.outbox = outbox;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// Cold; fails where a database is down.
	Mono<Void> of(Touched touched) {
		return this.alerts.following(touched.definition(), touched.customer())
				.collectList()
				.flatMap((found) -> found.isEmpty() ? forget(touched) : look(touched, found))
				.contextWrite(FromPrimary.bind())
				.contextWrite(touched.tenant().bind());
	}

	/// Where no alert is left of the meter, changes of it are not noted any more.
	private Mono<Void> forget(Touched touched) {
		return this.alerts.isFollowed(touched.definition())
				.filter((followed) -> !followed)
				.flatMap((followed) -> this.activations.note(touched.tenant().organization(), touched.definition(),
						false))
				.as(this.transaction::transactional);
	}

	private Mono<Void> look(Touched touched, List<Alert> found) {
		return this.customers.find(new CustomerId(touched.customer()).text())
				.zipWith(this.meters.require(found.getFirst().meter()))
				.flatMap((both) -> Flux.fromIterable(found)
						.concatMap((alert) -> look(alert, both.getT1(), both.getT2(), touched.since()))
						.then());
	}

	private Mono<Void> look(Alert alert, Customer customer, Meter meter, Instant since) {
		List<Instant> bounds = bounds(alert, customer.timeZone(), since);
		Mono<Void> absolute = alert.levels().stream().allMatch(Level::percent)
				? Mono.empty()
				: Flux.range(1, bounds.size() - 1)
						.concatMap((at) -> this.figures
								.whole(customer.id().value(), meter, bounds.get(at - 1), bounds.get(at))
								.flatMap((figure) -> tell(alert, customer, meter, false, figure, bounds.get(at - 1),
										bounds.get(at))))
						.then();
		Mono<Void> percent = alert.levels().stream().noneMatch(Level::percent)
				? Mono.empty()
				: this.balances.percentUsed(customer, meter)
						.flatMap((share) -> tell(alert, customer, meter, true, share, bounds.get(bounds.size() - 2),
								bounds.getLast()));
		return absolute.then(percent);
	}

	/// The periods from the one that was touched first to the current one, but for those that were over when the alert was
	/// made.
	private List<Instant> bounds(Alert alert, ZoneId zone, Instant since) {
		Recurrence period = alert.period();
		Instant now = this.clock.instant();
		Instant first = since.isBefore(alert.createdAt()) ? alert.createdAt() : since;
		List<Instant> bounds = new ArrayList<>();
		Instant bound = period.startOf(first.isBefore(now) ? first : now, zone);
		bounds.add(bound);
		while (!bound.isAfter(now)) {
			bound = period.endOf(bound, zone);
			bounds.add(bound);
		}
		return bounds.subList(Math.max(0, bounds.size() - 1 - PERIODS), bounds.size());
	}

	private Mono<Void> tell(Alert alert, Customer customer, Meter meter, boolean percent, BigDecimal figure,
			Instant start, Instant end) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MICROS);
		return Flux.fromIterable(alert.levels())
				.filter((level) -> (level.percent() == percent) && level.isReached(figure))
				.concatMap((level) -> tell(new Reached(new ReachedId(Ids.next()), alert.id(), customer.id(), level,
						meter.told(figure), start, end, now), meter))
				.then();
	}

	private Mono<Void> tell(Reached reached, Meter meter) {
		return this.alerts.reach(reached)
				.filter((isNew) -> isNew)
				.flatMap((isNew) -> this.outbox.record(new OutboxEvent(Topics.USAGE_LEVELS, "usage.threshold_reached",
						reached.id(), toSnapshot(reached, meter))))
				.as(this.transaction::transactional);
	}

	private static UsageLevelSnapshot toSnapshot(Reached reached, Meter meter) {
		return new UsageLevelSnapshot(reached.id().text(), 1, reached.alert().text(), reached.customer().text(),
				meter.id().text(), meter.details().slug(), reached.level().text(), reached.figure().toPlainString(),
				reached.periodStart(), reached.periodEnd(), reached.at());
	}

}
