package io.billwright.analytics.moving;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;

import io.billwright.analytics.moving.Progress.Stage;
import io.billwright.analytics.moving.Step.Customers;
import io.billwright.analytics.shard.Shard;

import static io.billwright.platform.tenancy.Columns.required;

/// Copies what is kept of a step's customers beside their usage: rows, each with rows that belong to it.
final class RecordCargo {

	private final Attempt attempt;

	private final Step step;

	private final Progress progress;

	RecordCargo(Attempt attempt, Progress progress) {
		this.attempt = attempt;
		this.step = attempt.step();
		this.progress = progress;
	}

	/// A table of records and the table of what belongs to them, in the order in which they may be inserted.
	enum Kind {

		/// These never change.
		CORRECTION("usage_correction", "usage_event_change", "correction_id", "''", 5),
		/// May have as many events as a backfill may.
		BACKFILL("usage_backfill", "usage_backfill_event", "backfill_id", PRINT, 1), CLOSING("usage_closing",
				"usage_closing_figure", "closing_id", PRINT, 200);

		private final String table;

		private final String parts;

		private final String reference;

		private final String print;

		private final int chunk;

		/// @param print by which two versions of a record are told apart
		/// @param chunk records that are copied in one transaction
		Kind(String table, String parts, String reference, String print, int chunk) {
			this.table = table;
			this.parts = parts;
			this.reference = reference;
			this.print = print.formatted(parts, reference);
			this.chunk = chunk;
		}

		String table() {
			return this.table;
		}

		String parts() {
			return this.parts;
		}

		String reference() {
			return this.reference;
		}

	}

	private static final String PRINT = """
			md5(to_jsonb(record)::text || coalesce((SELECT string_agg(to_jsonb(part)::text, ',' ORDER BY to_jsonb(part)::text)
				FROM %s AS part WHERE part.%s = record.id), ''))""";

	private static final String REMOVE = "DELETE FROM %s WHERE %s = ANY ($1::uuid[])";

	/// A change belongs to the event of its customer, whose key may have got another form: see [EventCargo].
	private static final String INSERT_CHANGES = """
			INSERT INTO usage_event_change SELECT kept.* FROM jsonb_populate_recordset(NULL::usage_event_change, $1::jsonb) AS given
				JOIN usage_correction AS correction ON correction.id = given.correction_id,
				LATERAL jsonb_populate_record(given, CASE WHEN EXISTS (SELECT FROM usage_event AS known
					WHERE known.key_hash = given.key_hash AND known.accepted_month = given.accepted_month
						AND known.customer_id <> correction.customer_id)
					THEN jsonb_build_object('key_hash', md5(given.key_hash::text || correction.customer_id::text)::uuid)
					ELSE '{}' END) AS kept""";

	/// Corrections that the target does not have.
	Mono<List<UUID>> missingCorrections() {
		return bothPrints(Kind.CORRECTION)
				.map((both) -> both.getT1().keySet().stream().filter((id) -> !both.getT2().containsKey(id)).toList());
	}

	/// Copies corrections that the target does not have.
	Mono<Void> copyCorrections(List<UUID> ids) {
		return copy(Kind.CORRECTION, ids);
	}

	/// Makes everything else at the target what it is at the source.
	Mono<Void> copyOthers() {
		return Flux.just(Kind.BACKFILL, Kind.CLOSING).concatMap(this::equal).then();
	}

	private Mono<Void> equal(Kind kind) {
		return bothPrints(kind).flatMap((both) -> {
			Map<UUID, String> wanted = both.getT1();
			Map<UUID, String> known = both.getT2();
			List<UUID> gone = known.keySet().stream().filter((id) -> !wanted.containsKey(id)).toList();
			List<UUID> other = wanted.entrySet()
					.stream()
					.filter((record) -> !record.getValue().equals(known.get(record.getKey())))
					.map(Map.Entry::getKey)
					.toList();
			Mono<Void> remove = gone.isEmpty()
					? Mono.empty()
					: this.attempt.onTarget((watermark) -> remove(kind, gone));
			return remove.then(copy(kind, other));
		});
	}

	/// One after the other, as all that is done here in one transaction of the source is.
	private Mono<Tuple2<Map<UUID, String>, Map<UUID, String>>> bothPrints(Kind kind) {
		return prints(this.step.source(), kind).zipWhen((wanted) -> prints(this.step.target(), kind));
	}

	private Mono<Map<UUID, String>> prints(Shard shard, Kind kind) {
		return Rows.read(shard,
				(row) -> Map.entry(required(row, "id", UUID.class), required(row, "print", String.class)),
				"SELECT id, %s AS print FROM %s AS record WHERE %s".formatted(kind.print, kind.table,
						Customers.condition("customer_id", 1)),
				this.step.customers().parameters())
				.collectMap(Map.Entry::getKey, Map.Entry::getValue);
	}

	private Mono<Void> copy(Kind kind, List<UUID> ids) {
		return Flux.fromIterable(ids)
				.buffer(kind.chunk)
				.concatMap((some) -> read(kind.table, "id", some)
						.zipWhen((records) -> read(kind.parts, kind.reference, some))
						.flatMap((rows) -> this.attempt
								.onTarget((watermark) -> remove(kind, some)
										.then(Rows.insert(this.step.target(), kind.table, rows.getT1()))
										.then(insertParts(kind, rows.getT2())))
								.then(this.progress.at(Stage.RECORDS, rows.getT1().size() + rows.getT2().size()))))
				.then();
	}

	private Mono<List<String>> read(String table, String column, List<UUID> ids) {
		return Rows
				.read(this.step.source(),
						"SELECT to_jsonb(record)::text AS row FROM %s AS record WHERE %s = ANY ($1::uuid[])"
								.formatted(table, column),
						(Object) ids.toArray(UUID[]::new))
				.collectList();
	}

	private Mono<Void> remove(Kind kind, List<UUID> ids) {
		Object all = ids.toArray(UUID[]::new);
		return Rows.execute(this.step.target(), REMOVE.formatted(kind.parts, kind.reference), all)
				.then(Rows.execute(this.step.target(), REMOVE.formatted(kind.table, "id"), all))
				.then();
	}

	private Mono<Long> insertParts(Kind kind, List<String> rows) {
		return (kind == Kind.CORRECTION && !rows.isEmpty())
				? Rows.execute(this.step.target(), INSERT_CHANGES, Rows.array(rows))
				: Rows.insert(this.step.target(), kind.parts, rows);
	}

}
