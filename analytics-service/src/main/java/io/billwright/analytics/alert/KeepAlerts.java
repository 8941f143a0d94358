package io.billwright.analytics.alert;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.springframework.stereotype.Service;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.analytics.counting.MeterActivations;
import io.billwright.analytics.customer.Customer;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.customer.Customers;
import io.billwright.analytics.meter.Meter;
import io.billwright.analytics.meter.Meters;
import io.billwright.analytics.usage.Aggregation;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.web.ExpectedVersion;

/// Makes and ends alerts.
@Service
class KeepAlerts {

	/// What grows over a period, or almost.
	private static final Set<Aggregation> STEADY = EnumSet.of(Aggregation.COUNT, Aggregation.SUM,
			Aggregation.UNIQUE_COUNT, Aggregation.MAX);

	private final Alerts alerts;

	private final Customers customers;

	private final Meters meters;

	private final MeterActivations activations;

	private final TransactionalOperator transaction;

	private final AlertSettings settings;

	private final Clock clock;

	KeepAlerts(Alerts alerts, Customers customers, Meters meters, MeterActivations activations,
			TransactionalOperator transaction, AlertSettings settings, Clock clock) {
		this.alerts = alerts;
		this.customers = customers;
		this.meters = meters;
		this.activations = activations;
		this.transaction = transaction;
		this.settings = settings;
		this.clock = clock;
	}

	/// Makes an alert. From its commit on whatever is counted is looked at; before it, a crash costs a look in vain. Fails with
	/// [AlertFailure].
	Mono<Alert> create(AlertRequest request) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MICROS);
		Mono<Optional<CustomerId>> customer = (request.customer() != null)
				? this.customers.require(request.customer()).map(Customer::id).map(Optional::of)
				: Mono.just(Optional.empty());
		return meter(request).zipWith(customer)
				.flatMap((found) -> this.alerts.add(Alert.create(new AlertId(Ids.next()), found.getT1().id(),
						found.getT2().orElse(null), request.period(), request.toLevels(), now), found.getT1(),
						this.settings.limit())
						.delayUntil((alert) -> follow(found.getT1())))
				.as(this.transaction::transactional)
				.checkpoint("create alert");
	}

	private Mono<Meter> meter(AlertRequest request) {
		return this.meters.named(List.of(request.meter()))
				.single()
				.onErrorMap(Invalid.class,
						(ex) -> new Invalid("meter", "unknown_value", "there is no meter " + request.meter()))
				.doOnNext((meter) -> check(meter, request));
	}

	private static void check(Meter meter, AlertRequest request) {
		Aggregation aggregation = meter.details().counting().aggregation();
		if (!STEADY.contains(aggregation)
				|| (request.toLevels().stream().anyMatch(Level::percent) && !aggregation.isUsedUp())) {
			throw new AlertFailure.Unsteady(aggregation);
		}
	}

	private Mono<Void> follow(Meter meter) {
		return Tenant.current()
				.flatMap((tenant) -> this.activations.note(tenant.organization(), meter.definition(), true));
	}

	/// Ends the expected version of an alert.
	Mono<Alert> end(AlertId id, ExpectedVersion expected) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MICROS);
		return this.alerts.require(id)
				.doOnNext((alert) -> expected.check(alert.version()))
				.flatMap((alert) -> (alert.endedAt() != null)
						? Mono.just(alert)
						: this.alerts.end(alert.end(now), now))
				.as(this.transaction::transactional)
				.checkpoint("end alert");
	}

}
