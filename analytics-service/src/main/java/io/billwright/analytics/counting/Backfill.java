package io.billwright.analytics.counting;

import java.util.List;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.billwright.analytics.counting.MeterTable.Unfinished;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.platform.tenancy.SystemScope;

/// Counts for a new meter the events that were there before it, by the same code as the events that come, some thousand in a
/// transaction together with the note of how far it is. So it may be broken off at any time, and run on several instances.
final class Backfill {

	private final Shard shard;

	private final MeterTable meters;

	private final EventTable events;

	private final RollupTable rollups;

	private final Announcements announcements;

	private final int chunk;

	/// @param chunk events read in one transaction at the most
	Backfill(Shard shard, MeterTable meters, EventTable events, RollupTable rollups, Announcements announcements,
			int chunk) {
		this.shard = shard;
		this.meters = meters;
		this.events = events;
		this.rollups = rollups;
		this.announcements = announcements;
		this.chunk = chunk;
	}

	/// Cold; completes when nothing is left that nobody else works on.
	Mono<Void> run() {
		return step().contextWrite(SystemScope.bind())
				.repeatWhen((steps) -> steps.takeWhile((done) -> done > 0))
				.then();
	}

	private Mono<Boolean> step() {
		return this.shard.transactional(WatermarkTable.share(this.shard)
				.flatMap((watermark) -> this.meters.unfinished()
						.flatMap((unfinished) -> advance(unfinished, watermark).thenReturn(true))));
	}

	private Mono<Void> advance(Unfinished unfinished, Watermark watermark) {
		long until = Math.min(unfinished.cut(), unfinished.done() + this.chunk);
		Tally tally = new Tally(watermark.before());
		return this.events.read(unfinished.meter(), unfinished.done(), until)
				.publishOn(Schedulers.boundedElastic())
				.doOnNext((UsageEvent event) -> tally.add(event, List.of(unfinished.meter())))
				.then(Mono.defer(() -> this.rollups.add(tally)))
				.then(Mono.defer(() -> this.announcements.tell(tally, (meter) -> unfinished.active().announced())))
				.then(Mono.defer(
						() -> TouchedCustomers.note(this.shard, tally, (meter) -> unfinished.active().noted())))
				.then(Mono.defer(() -> this.meters.backfilled(unfinished.meter().id(), until)));
	}

}
