package io.billwright.analytics.meter;

import java.time.Clock;
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

	private final FollowMeters follow;

	private final TransactionalOperator transaction;

	private final Clock clock;

	KeepMeters(MeterStore meters, FollowMeters follow, TransactionalOperator transaction, Clock clock) {
		this.meters = meters;
		this.follow = follow;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// Creates a meter. Fails with [MeterFailure.SlugTaken] and [MeterFailure.TooMany].
	Mono<Meter> create(Meter.Details details) {
		return Mono
				.fromSupplier(() -> Meter.create(new MeterId(Ids.next()), details, Ids.next(), this.clock.instant()))
				.flatMap(this.meters::add)
				.delayUntil(this.follow::begin)
				.as(this.transaction::transactional)
				.checkpoint("create meter");
	}

	/// Makes the next version of the expected one, unless nothing differs. Fails with [MeterFailure.SlugTaken] and
	/// [MeterFailure.Archived].
	Mono<Meter> change(MeterId id, ExpectedVersion expected, Function<Meter, Meter.Details> change) {
		return next(id, expected,
				(current) -> replace(current, current.change(change.apply(current), Ids.next(), this.clock.instant())));
	}

	/// Archives the expected version of a meter.
	Mono<Meter> archive(MeterId id, ExpectedVersion expected) {
		return next(id, expected, (current) -> replace(current, current.archive(this.clock.instant()))
				.delayUntil((archived) -> this.follow.endAfterCommit(archived.definition())));
	}

	private Mono<Meter> next(MeterId id, ExpectedVersion expected, Function<Meter, Mono<Meter>> change) {
		return this.meters.require(id)
				.doOnNext((meter) -> expected.check(meter.version()))
				.flatMap(change)
				.as(this.transaction::transactional)
				.checkpoint("change meter");
	}

	private Mono<Meter> replace(Meter current, Meter changed) {
		if (changed.equals(current)) {
			return Mono.just(current);
		}
		Mono<Meter> saved = this.meters.save(changed);
		return changed.definition().equals(current.definition())
				? saved
				: saved.delayUntil((meter) -> this.follow.begin(meter, current.definition()))
						.delayUntil((meter) -> this.follow.endAfterCommit(current.definition()));
	}

}
