package io.billwright.analytics.counting;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.billwright.analytics.counting.Batch.Fresh;
import io.billwright.analytics.counting.Batch.Span;
import io.billwright.analytics.counting.Received.Countable;
import io.billwright.analytics.shard.Assignment;
import io.billwright.analytics.shard.Placements;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.wire.UsageTopics;
import io.billwright.platform.tenancy.SystemScope;

/// Adds a batch to a shard in one transaction: its new events, what they add to the roll-ups, and how far its partitions are
/// counted. So whatever breaks off at any time, an event is in all of them or in none.
final class ShardStore {

	private final Shard shard;

	private final EventTable events;

	private final RollupTable rollups;

	private final Positions positions;

	private final MeterTable meters;

	private final Announcements announcements;

	/// Where organizations are that have moved, as the shard knew it when somebody last looked.
	private final AtomicReference<Known> placed = new AtomicReference<>(Known.NOTHING);

	/// The meters as they were when somebody last looked; the version says whether they still are.
	private final AtomicReference<ActiveMeters> known = new AtomicReference<>(ActiveMeters.UNKNOWN);

	ShardStore(Shard shard, EventTable events, RollupTable rollups, Positions positions, MeterTable meters,
			Announcements announcements) {
		this.shard = shard;
		this.events = events;
		this.rollups = rollups;
		this.positions = positions;
		this.meters = meters;
		this.announcements = announcements;
	}

	private record Known(long version, Map<UUID, Assignment> placements) {

		static final Known NOTHING = new Known(0, Map.of());

	}

	/// What a batch came to.
	///
	/// @param inserted the events that were new
	/// @param duplicates events whose key was there already
	/// @param rows of roll-ups that were written
	record Counted(List<Countable> inserted, int duplicates, int rows) {}

	/// A batch begins after what is counted: records between are missing.
	static final class Gap extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final transient Map<Integer, Long> expected;

		private final transient Map<Integer, Span> spans;

		/// @param expected by partition the offset that is missing first; everything the batch has in other partitions is read
		/// again as well
		Gap(Map<Integer, Long> expected, Map<Integer, Span> spans) {
			super("records are missing", null, false, false);
			this.expected = expected;
			this.spans = spans;
		}

		Map<Integer, Long> expected() {
			return this.expected;
		}

		/// What came instead.
		long first(int partition) {
			Span span = this.spans.get(partition);
			return (span != null) ? span.first() : 0;
		}

	}

	int shard() {
		return this.shard.number();
	}

	String topic() {
		return UsageTopics.ofShard(this.shard.number());
	}

	Mono<Void> prepare(List<LocalDate> months) {
		return this.events.ensure(months).contextWrite(SystemScope.bind());
	}

	/// Cold; fails with a [Gap] where the batch does not continue what is counted, and with [Strays] where some of it is not for
	/// this shard.
	///
	/// @param earliest by partition an offset before which nothing is missed
	Mono<Counted> add(Batch batch, Map<Integer, Long> earliest) {
		return prepare(batch.months())
				.then(Mono.defer(() -> this.shard.transactional(addInTransaction(batch, earliest))))
				.contextWrite(SystemScope.bind());
	}

	private Mono<Counted> addInTransaction(Batch batch, Map<Integer, Long> earliest) {
		TreeMap<Integer, Span> spans = batch.spans();
		return WatermarkTable.share(this.shard)
				.flatMap((watermark) -> this.positions.lock(spans.keySet())
						.flatMap((stored) -> placements(watermark)
								.map((placements) -> fresh(batch, stored, earliest, placements)))
						.flatMap((fresh) -> add(fresh, watermark)))
				.delayUntil((counted) -> this.positions.advance(spans));
	}

	private Fresh fresh(Batch batch, Map<Integer, Long> stored, Map<Integer, Long> earliest,
			Map<UUID, Assignment> placements) {
		Map<Integer, Long> gaps = batch.gaps(stored, earliest);
		if (!gaps.isEmpty()) {
			Map<Integer, Long> all = new TreeMap<>(stored);
			throw new Gap(all, batch.spans());
		}
		Map<Received, Integer> strays = batch.strays(stored, shard(), placements);
		if (!strays.isEmpty()) {
			throw new Strays(strays, placements);
		}
		return batch.since(stored);
	}

	private Mono<Map<UUID, Assignment>> placements(Watermark watermark) {
		Known current = this.placed.get();
		return (current.version() == watermark.placementsVersion())
				? Mono.just(current.placements())
				: new Placements(this.shard).all()
						.collectMap(Map.Entry::getKey, Map.Entry::getValue)
						.doOnNext((placements) -> this.placed
								.set(new Known(watermark.placementsVersion(), placements)));
	}

	private Mono<Counted> add(Fresh fresh, Watermark watermark) {
		return this.events.insert(fresh.events())
				.publishOn(Schedulers.boundedElastic())
				.zipWhen((inserted) -> meters(watermark).map((meters) -> tally(inserted, meters, watermark)))
				.delayUntil((result) -> this.rollups.add(result.getT2()))
				.delayUntil((result) -> this.announcements.tell(result.getT2(), this.known.get().announced()::contains))
				.delayUntil((result) -> TouchedCustomers.note(this.shard, result.getT2(),
						this.known.get().noted()::contains))
				.map((result) -> new Counted(result.getT1(),
						fresh.repeated() + fresh.events().size() - result.getT1().size(), result.getT2().rows()));
	}

	private Mono<ActiveMeters> meters(Watermark watermark) {
		ActiveMeters current = this.known.get();
		return (current.version() == watermark.metersVersion())
				? Mono.just(current)
				: this.meters.active()
						.collectList()
						.map((meters) -> ActiveMeters.of(watermark.metersVersion(), meters))
						.doOnNext(this.known::set);
	}

	private static Tally tally(List<Countable> inserted, ActiveMeters meters, Watermark watermark) {
		Tally tally = new Tally(watermark.before());
		inserted.forEach((countable) -> tally.add(countable.event(), meters.following(countable.event())));
		return tally;
	}

}
