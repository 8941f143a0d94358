package io.billwright.analytics.allowance;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.BiFunction;

import org.springframework.stereotype.Service;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.analytics.customer.Customer;
import io.billwright.analytics.customer.Customers;
import io.billwright.analytics.meter.Meter;
import io.billwright.analytics.meter.Meters;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.web.ExpectedVersion;

/// Creates, ends and voids allowances.
@Service
class KeepAllowances {

	private final Allowances allowances;

	private final Customers customers;

	private final Meters meters;

	private final TransactionalOperator transaction;

	private final Clock clock;

	KeepAllowances(Allowances allowances, Customers customers, Meters meters, TransactionalOperator transaction,
			Clock clock) {
		this.allowances = allowances;
		this.customers = customers;
		this.meters = meters;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// Creates an allowance. Fails with [AllowanceFailure.NotUsedUp] and [AllowanceFailure.TooMany].
	Mono<Allowance> create(AllowanceRequest request) {
		Instant now = now();
		return Mono.fromSupplier(() -> request.toTerms(now))
				.flatMap((terms) -> this.customers.require(request.customer())
						.zipWith(meter(request.meter()), (Customer customer, Meter meter) -> Allowance
								.create(new AllowanceId(Ids.next()), customer.id(), meter.id(), terms, now)))
				.flatMap(this.allowances::add)
				.as(this.transaction::transactional)
				.checkpoint("create allowance");
	}

	/// The meter, if it can have allowances.
	private Mono<Meter> meter(String slugOrId) {
		return this.meters.named(List.of(slugOrId))
				.single()
				.onErrorMap(Invalid.class,
						(ex) -> new Invalid("meter", "unknown_value", "there is no meter " + slugOrId))
				.doOnNext(Balances::requireUsedUp);
	}

	/// Ends the expected version of an allowance. Fails with [AllowanceFailure.Voided].
	Mono<Allowance> end(AllowanceId id, ExpectedVersion expected) {
		return change(id, expected, Allowance::end);
	}

	/// Voids the expected version of an allowance.
	Mono<Allowance> annul(AllowanceId id, ExpectedVersion expected) {
		return change(id, expected, Allowance::annul);
	}

	private Mono<Allowance> change(AllowanceId id, ExpectedVersion expected,
			BiFunction<Allowance, Instant, Allowance> change) {
		return this.allowances.require(id)
				.doOnNext((allowance) -> expected.check(allowance.version()))
				.flatMap((current) -> {
					Allowance changed = change.apply(current, now());
					return changed.equals(current) ? Mono.just(current) : this.allowances.save(changed);
				})
				.as(this.transaction::transactional)
				.checkpoint("change allowance");
	}

	/// As PostgreSQL keeps it.
	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MICROS);
	}

}
