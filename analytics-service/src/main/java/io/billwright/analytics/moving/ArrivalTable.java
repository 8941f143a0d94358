package io.billwright.analytics.moving;

import java.util.List;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.shard.Shard;

import static io.billwright.platform.tenancy.Columns.required;

/// The ranges of numbers that a step's events get at the target; see `usage_arrival`.
final class ArrivalTable {

	private static final String AT_SOURCE = """
			SELECT first_seq - 1 AS base, last_seq FROM usage_arrival
			WHERE organization_id = $1 AND last_seq IS NOT NULL ORDER BY number DESC""";

	private static final String FIND = """
			SELECT number, source_base, done_seq, first_seq - 1 - source_base AS shift FROM usage_arrival
			WHERE organization_id = $1 AND move_id = $2 AND version = $3 ORDER BY source_base""";

	private static final String ADD = """
			INSERT INTO usage_arrival (organization_id, move_id, version, source_base, done_seq)
			SELECT $1, $2, $3, base, base FROM unnest($4::bigint[]) AS base""";

	/// What a meter that is made at the target while the step goes on must not count.
	private static final String WITHHOLD = """
			UPDATE usage_arrival SET last_seq = NULL WHERE organization_id = $1 AND move_id = $2 AND version = $3""";

	private static final String RELEASE = """
			UPDATE usage_arrival SET last_seq = first_seq - 1 - source_base + done_seq
			WHERE organization_id = $1 AND move_id = $2 AND version = $3""";

	private static final String REMOVE = """
			DELETE FROM usage_arrival WHERE organization_id = $1 AND move_id = $2 AND version = $3""";

	private record Origin(long base, @Nullable Long last) {}

	/// Of the step; empty where it has not begun.
	static Mono<List<Arrival>> find(Step step) {
		return origins(step.source(), step)
				.flatMap((origins) -> Rows
						.read(step.target(), (row) -> toArrival(row, origins), FIND, step.organization(), step.move(),
								step.version())
						.collectList());
	}

	private static Arrival toArrival(Readable row, List<Origin> origins) {
		long base = required(row, "source_base", Long.class);
		@Nullable
		Long last = origins.stream()
				.filter((origin) -> origin.base() == base)
				.findFirst()
				.map(Origin::last)
				.orElse(null);
		return new Arrival(required(row, "number", Long.class), base, required(row, "done_seq", Long.class),
				required(row, "shift", Long.class), last);
	}

	private static Mono<List<Origin>> origins(Shard source, Step step) {
		return Rows
				.read(source, (row) -> new Origin(required(row, "base", Long.class), row.get("last_seq", Long.class)),
						AT_SOURCE, step.organization())
				.concatWith(Flux.just(new Origin(0, null)))
				.collectList();
	}

	/// Begins with nothing.
	static Mono<Void> begin(Attempt attempt) {
		Step step = attempt.step();
		return origins(step.source(), step)
				.map((origins) -> origins.stream().map(Origin::base).toArray(Long[]::new))
				.flatMap((bases) -> attempt.onTarget((watermark) -> Rows.execute(step.target(), ADD,
						step.organization(), step.move(), step.version(), bases)))
				.then();
	}

	/// What is there is not complete. Needs a transaction of the target.
	static Mono<Void> withhold(Step step) {
		return execute(step, WITHHOLD);
	}

	/// What is there is complete. Needs a transaction of the target.
	static Mono<Void> release(Step step) {
		return execute(step, RELEASE);
	}

	/// Forgets the step. Needs a transaction of the target.
	static Mono<Void> remove(Step step) {
		return execute(step, REMOVE);
	}

	private static Mono<Void> execute(Step step, String sql) {
		return Rows.execute(step.target(), sql, step.organization(), step.move(), step.version()).then();
	}

	private ArrivalTable() {
	}

}
