package io.billwright.analytics.moving;

import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.moving.Progress.Stage;
import io.billwright.analytics.moving.Step.Customers;
import io.billwright.analytics.shard.Shard;

import static io.billwright.platform.tenancy.Columns.required;

/// Copies the events of a step, in the order in which the source has counted them. How far that is, is noted with them, so
/// another attempt goes on there.
final class EventCargo {

	/// Numbers that are looked through for events of the organization by one statement.
	private static final long REACH = 50_000;

	/// By its number at the source an event's number at the target; the parameters are the bases and what is added.
	static final String SHIFT = """
			(SELECT shift FROM unnest($1::bigint[], $2::bigint[]) AS range (base, shift) WHERE %s > base
				ORDER BY base DESC LIMIT 1)""";

	private static final String SELECT = """
			SELECT seq, accepted_month, (to_jsonb(event) || jsonb_build_object('seq', seq + %s))::text AS row
			FROM usage_event AS event""".formatted(SHIFT.formatted("seq"));

	private static final String NEXT = SELECT + " WHERE seq > $3 AND seq <= $4 AND "
			+ Customers.condition("customer_id", 6) + " ORDER BY seq LIMIT $5";

	/// Customers who were on different shards may have used the same key; from now on one of them has it in another form.
	private static final String INSERT = """
			INSERT INTO usage_event SELECT kept.* FROM jsonb_populate_recordset(NULL::usage_event, $1::jsonb) AS given,
				LATERAL jsonb_populate_record(given, CASE WHEN EXISTS (SELECT FROM usage_event AS known
					WHERE known.key_hash = given.key_hash AND known.accepted_month = given.accepted_month
						AND known.customer_id <> given.customer_id)
					THEN jsonb_build_object('key_hash', md5(given.key_hash::text || given.customer_id::text)::uuid)
					ELSE '{}' END) AS kept
			ON CONFLICT DO NOTHING""";

	private static final String DONE = "UPDATE usage_arrival SET done_seq = $2 WHERE number = $1";

	private static final String CHANGED = """
			SELECT DISTINCT key_hash, accepted_month, customer_id
			FROM usage_event_change JOIN usage_correction ON id = correction_id WHERE correction_id = ANY ($1::uuid[])""";

	private static final String OF_KEYS = SELECT + """

			JOIN unnest($3::uuid[], $4::text[], $5::uuid[]) AS changed (hash, month, customer)
				ON key_hash IN (hash, md5(hash::text || customer::text)::uuid) AND accepted_month = month::date
				AND customer_id = customer""";

	private static final String REMOVE = """
			DELETE FROM usage_event USING unnest($1::uuid[], $2::text[], $3::uuid[]) AS changed (hash, month, customer)
			WHERE key_hash IN (hash, md5(hash::text || customer::text)::uuid) AND accepted_month = month::date
				AND customer_id = customer""";

	private final Attempt attempt;

	private final Step step;

	private final Progress progress;

	private final int chunk;

	private final Set<LocalDate> months = ConcurrentHashMap.newKeySet();

	/// @param chunk events copied in one transaction at the most
	EventCargo(Attempt attempt, Progress progress, int chunk) {
		this.attempt = attempt;
		this.step = attempt.step();
		this.progress = progress;
		this.chunk = chunk;
	}

	private record Row(long seq, LocalDate month, String json) {}

	private record Key(UUID hash, LocalDate month, UUID customer) {}

	/// Copies every event that is not copied and was there when the source had given out the number.
	Mono<Void> copy(List<Arrival> arrivals, long cut) {
		return Flux.fromIterable(arrivals)
				.concatMap((arrival) -> copy(arrivals, arrival, arrival.end(cut)))
				.then();
	}

	private Mono<Void> copy(List<Arrival> arrivals, Arrival arrival, long end) {
		AtomicLong done = new AtomicLong(arrival.done());
		return (arrival.done() >= end)
				? Mono.empty()
				: Mono.defer(() -> copyNext(arrivals, arrival, done.get(), end))
						.doOnNext(done::set)
						.repeat(() -> done.get() < end)
						.then();
	}

	/// Emits how far everything is copied then.
	private Mono<Long> copyNext(List<Arrival> arrivals, Arrival arrival, long done, long end) {
		long until = Math.min(end, done + REACH);
		return read(arrivals, done, until).collectList().flatMap((rows) -> {
			long reached = (rows.size() < this.chunk) ? until : rows.getLast().seq();
			return (rows.isEmpty() && reached < end)
					? this.progress.at(Stage.EVENTS, 0).thenReturn(reached)
					: prepare(rows)
							.then(this.attempt.onTarget((watermark) -> write(rows)
									.then(Rows.execute(this.step.target(), DONE, arrival.number(), reached))))
							.then(this.progress.at(Stage.EVENTS, rows.size()))
							.thenReturn(reached);
		});
	}

	private Flux<Row> read(List<Arrival> arrivals, long after, long until) {
		return Rows.read(this.step.source(),
				(row) -> new Row(required(row, "seq", Long.class), required(row, "accepted_month", LocalDate.class),
						required(row, "row", String.class)),
				NEXT, this.step.customers()
						.parameters(Arrival.bases(arrivals), Arrival.shifts(arrivals), after, until, this.chunk));
	}

	private Mono<Void> prepare(List<Row> rows) {
		Shard target = this.step.target();
		return Flux.fromStream(rows.stream().map(Row::month).distinct())
				.filter((month) -> !this.months.contains(month))
				.concatMap((month) -> new MonthCargo(this.step).check(month)
						.then(target.transactional(
								target.client().sql("SELECT adopt_usage_month($1)").bind(0, month).then()))
						.doOnSuccess((done) -> this.months.add(month)))
				.then();
	}

	private Mono<Void> write(List<Row> rows) {
		return rows.isEmpty()
				? Mono.empty()
				: Rows.execute(this.step.target(), INSERT, Rows.array(rows.stream().map(Row::json).toList())).then();
	}

	/// Copies the events again that some corrections have changed, or taken away.
	Mono<Void> copyCorrected(List<Arrival> arrivals, List<UUID> corrections) {
		return Rows.read(this.step.source(),
				(row) -> new Key(required(row, "key_hash", UUID.class),
						required(row, "accepted_month", LocalDate.class),
						required(row, "customer_id", UUID.class)),
				CHANGED, (Object) corrections.toArray(UUID[]::new))
				.collectList()
				.flatMapMany((keys) -> Flux.fromIterable(keys).buffer(this.chunk))
				.concatMap((keys) -> copyAgain(arrivals, keys))
				.then();
	}

	private Mono<Void> copyAgain(List<Arrival> arrivals, List<Key> keys) {
		UUID[] hashes = keys.stream().map(Key::hash).toArray(UUID[]::new);
		String[] ofMonths = keys.stream().map((key) -> key.month().toString()).toArray(String[]::new);
		UUID[] customers = keys.stream().map(Key::customer).toArray(UUID[]::new);
		return Rows
				.read(this.step.source(),
						(row) -> new Row(required(row, "seq", Long.class),
								required(row, "accepted_month", LocalDate.class), required(row, "row", String.class)),
						OF_KEYS, Arrival.bases(arrivals), Arrival.shifts(arrivals), hashes, ofMonths, customers)
				.collectList()
				.flatMap((rows) -> prepare(rows).then(this.attempt.onTarget(
						(watermark) -> Rows.execute(this.step.target(), REMOVE, hashes, ofMonths, customers)
								.then(write(rows))))
						.then(this.progress.at(Stage.EVENTS, rows.size())));
	}

}
