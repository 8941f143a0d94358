package io.billwright.analytics.meter;

import java.time.Clock;
import java.time.Instant;
import java.util.function.BiFunction;
import java.util.function.Function;

import org.springframework.stereotype.Service;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.web.ExpectedVersion;

/// Creates, changes and archives meters.
@Service
class KeepMeters {

	private final MeterStore meters;

	private final TransactionalOperator transaction;

	private final Clock clock;

	KeepMeters(MeterStore meters, TransactionalOperator transaction, Clock clock) {
		this.meters = meters;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// Creates a meter. Fails with [MeterFailure.SlugTaken] and [MeterFailure.TooMany].
	Mono<Meter> create(Meter.Details details) {
		return Mono
				.fromSupplier(() -> Meter.create(new MeterId(Ids.next()), details, Ids.next(), this.clock.instant()))
				.flatMap(this.meters::add)
				.as(this.transaction::transactional)
				.checkpoint("create meter");
	}

	/// Makes the next version of the expected one, unless nothing differs. Fails with [MeterFailure.SlugTaken] and
	/// [MeterFailure.Archived].
	Mono<Meter> change(MeterId id, ExpectedVersion expected, Function<Meter, Meter.Details> change) {
		return next(id, expected, (meter, now) -> meter.change(change.apply(meter), Ids.next(), now));
	}

	/// Archives the expected version of a meter.
	Mono<Meter> archive(MeterId id, ExpectedVersion expected) {
		return next(id, expected, Meter::archive);
	}

	private Mono<Meter> next(MeterId id, ExpectedVersion expected, BiFunction<Meter, Instant, Meter> change) {
		return this.meters.require(id)
				.doOnNext((meter) -> expected.check(meter.version()))
				.flatMap((current) -> replace(current, change.apply(current, this.clock.instant())))
				.as(this.transaction::transactional)
				.checkpoint("change meter");
	}

	private Mono<Meter> replace(Meter current, Meter changed) {
		return changed.equals(current) ? Mono.just(current) : this.meters.save(changed);
	}

}
