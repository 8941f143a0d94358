package io.billwright.analytics.moving;

import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.moving.RecordCargo.Kind;
import io.billwright.analytics.moving.Step.Customers;
import io.billwright.analytics.shard.Assignment;
import io.billwright.analytics.shard.Placements;
import io.billwright.analytics.shard.Shard;

import static io.billwright.platform.tenancy.Columns.required;

/// Deletes customers from a shard that are not there, in small transactions, each of which makes sure that they still are not.
final class Clearing {

	private static final long REACH = 50_000;

	/// Where events may be: what has arrived, and what was counted here if customers have ever left.
	private static final String RANGES = """
			SELECT first_seq - 1 AS after, coalesce(last_seq, first_seq - 1 - source_base + done_seq) AS until FROM usage_arrival
			WHERE organization_id = $1
			UNION ALL SELECT 0, coalesce(pg_sequence_last_value('usage_event_seq'), 0) FROM usage_placement
			WHERE organization_id = $1 AND changed_at > timestamptz 'epoch'""";

	private static final String EVENTS = "DELETE FROM usage_event WHERE seq > $1 AND seq <= $2 AND "
			+ Customers.condition("customer_id", 3);

	private static final String RECORDS = "DELETE FROM %s WHERE " + Customers.condition("customer_id", 1);

	private static final String METERS = "SELECT meter_id FROM meter_activation WHERE organization_id = $1";

	private static final String METERS_CHANGED = "UPDATE rollup_watermark SET meters_version = meters_version + 1";

	private static final String STILL = """
			SELECT true FROM usage_placement WHERE organization_id = $1 AND version = $2 AND attempt IS NULL FOR SHARE""";

	private final Shard shard;

	private final Customers customers;

	private final boolean others;

	private final Mono<List<UUID>> meters;

	private final Function<Mono<Long>, Mono<Long>> guard;

	private final int chunk;

	/// @param customers who go
	/// @param others whether other customers of the organization stay
	/// @param meters whose figures there may be
	/// @param guard runs the work in a transaction, if it may be done
	/// @param chunk rows deleted in one transaction at the most
	private Clearing(Shard shard, Customers customers, boolean others, Mono<List<UUID>> meters,
			Function<Mono<Long>, Mono<Long>> guard, int chunk) {
		this.shard = shard;
		this.customers = customers;
		this.others = others;
		this.meters = meters;
		this.guard = guard;
		this.chunk = chunk;
	}

	/// Of the target of a step, which has nothing of the customers but what is left of earlier times.
	///
	/// @param alive tells that it goes on
	static Clearing of(Step step, Attempt attempt, Mono<Void> alive, int chunk) {
		Mono<List<UUID>> meters = Flux
				.concat(meters(step.source(), step.organization()), meters(step.target(), step.organization()))
				.distinct()
				.collectList();
		return new Clearing(step.target(), step.customers(), step.isJoining(), meters,
				(work) -> attempt.onTarget((watermark) -> work).delayUntil((rows) -> alive), chunk);
	}

	/// Of a shard that was left: what it says itself is what it has. Empty where nothing of the organization has left it.
	///
	/// @param alive tells that it goes on
	static Mono<Clearing> of(Shard shard, UUID organization, Mono<Void> alive, int chunk) {
		return shard.reading(Mono.defer(() -> new Placements(shard).find(organization)))
				.map((placement) -> of(shard, organization, placement, alive, chunk));
	}

	private static Clearing of(Shard shard, UUID organization, Assignment placement, Mono<Void> alive, int chunk) {
		List<Integer> shards = placement.shards();
		Integer[] elsewhere = IntStream.range(0, shards.size())
				.filter((place) -> shards.get(place) != shard.number())
				.boxed()
				.toArray(Integer[]::new);
		return new Clearing(shard, new Customers(organization, shards.size(), elsewhere),
				shards.contains(shard.number()), meters(shard, organization).collectList(),
				(work) -> shard.transactional(still(shard, organization, placement).then(work))
						.delayUntil((rows) -> alive),
				chunk);
	}

	/// The organization is coming back, which clears what is in its way.
	static final class Returning extends RuntimeException {

		private static final long serialVersionUID = 1L;

		Returning() {
			super("the organization is coming back", null, false, false);
		}

	}

	/// Fails with [Returning].
	private static Mono<Boolean> still(Shard shard, UUID organization, Assignment placement) {
		return shard.client()
				.sql(STILL)
				.bind(0, organization)
				.bind(1, placement.version())
				.mapValue(Boolean.class)
				.one()
				.switchIfEmpty(Mono.error(Returning::new));
	}

	private static Flux<UUID> meters(Shard shard, UUID organization) {
		return Rows.read(shard, (row) -> required(row, "meter_id", UUID.class), METERS, organization);
	}

	/// Cold; may be broken off and run again.
	Mono<Void> run() {
		return events().then(rollups())
				.then(records())
				.then(execute(RECORDS.formatted("usage_touched"), this.customers.parameters()))
				.then(this.others ? Mono.empty() : organization());
	}

	private Mono<Void> events() {
		record Range(long after, long until) {}
		return Rows.read(this.shard, (row) -> new Range(required(row, "after", Long.class),
				required(row, "until", Long.class)), RANGES, this.customers.organization())
				.collectList()
				.flatMapIterable(Function.identity())
				.concatMap((range) -> Flux
						.generate(range::after, (Long from, reactor.core.publisher.SynchronousSink<Long> sink) -> {
							if (from >= range.until()) {
								sink.complete();
							}
							else {
								sink.next(from);
							}
							return from + REACH;
						})
						.concatMap((from) -> execute(EVENTS,
								this.customers.parameters(from, Math.min(range.until(), from + REACH))), 1))
				.then();
	}

	private Mono<Void> rollups() {
		return this.meters.flatMapIterable(Function.identity())
				.concatMap((meter) -> Flux.just("usage_minute", "usage_hour", "usage_unique")
						.concatMap((table) -> execute(
								"""
										DELETE FROM %1$s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$s WHERE meter_id = $1 AND %2$s LIMIT $2))"""
										.formatted(table, Customers.condition("customer_id", 3)),
								this.customers.parameters(meter, this.chunk))
								.repeat()
								.takeUntil((rows) -> rows < this.chunk)))
				.then();
	}

	/// In the order in which they may be deleted.
	private Mono<Void> records() {
		return Flux.just(Kind.CLOSING, Kind.BACKFILL, Kind.CORRECTION)
				.concatMap((kind) -> execute(("DELETE FROM %s WHERE %s IN (SELECT id FROM %s WHERE "
						+ Customers.condition("customer_id", 1) + ")")
						.formatted(kind.parts(), kind.reference(), kind.table()),
						this.customers.parameters())
						.then(execute(RECORDS.formatted(kind.table()), this.customers.parameters())))
				.then();
	}

	/// What there is of an organization that has no customer here.
	private Mono<Void> organization() {
		return Flux.just("usage_arrival", "meter_skipped", "meter_activation")
				.concatMap((table) -> execute("DELETE FROM %s WHERE organization_id = $1".formatted(table),
						this.customers.organization()))
				.then(execute(METERS_CHANGED))
				.then();
	}

	private Mono<Long> execute(String sql, Object... parameters) {
		return this.guard.apply(Rows.execute(this.shard, sql, parameters));
	}

}
