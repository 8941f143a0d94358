package io.billwright.analytics.moving;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.moving.Move.State;
import io.billwright.analytics.shard.Assignment;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.SystemScope;

import static io.billwright.platform.tenancy.Columns.required;

/// The moves, and where organizations are, in the service's own database. Each operation is a transaction of its own.
@Component
class MoveTable {

	private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtext('shard moves'))";

	private static final String ASSIGNED = """
			SELECT shards, version, counted_until FROM shard_assignment WHERE organization_id = $1""";

	private static final String ADD = """
			INSERT INTO shard_move (id, organization_id, shards_before, shards_after, state, requested_by, requested_at)
			VALUES ($1, $2, $3, $4, 'waiting', $5, $6) ON CONFLICT DO NOTHING""";

	private static final String LIST = "SELECT * FROM shard_move ORDER BY requested_at DESC, id LIMIT $1";

	private static final String FIND = "SELECT * FROM shard_move WHERE id = $1";

	private static final String COUNT = """
			SELECT state, count(*) AS moves FROM shard_move WHERE state NOT IN ('done', 'cancelled') GROUP BY state""";

	/// Copying goes one move after the other, so that two never wait for each other's shards.
	private static final String CLAIM = """
			UPDATE shard_move SET driver = $1, driven_until = now() + $2 * interval '1 millisecond',
				state = CASE WHEN state = 'waiting' THEN 'copying' ELSE state END
			WHERE id = (SELECT id FROM shard_move AS free
				WHERE state NOT IN ('done', 'cancelled') AND (driven_until IS NULL OR driven_until < now())
					AND (state IN ('settling', 'clearing') OR NOT EXISTS (SELECT FROM shard_move AS other
						WHERE other.id <> free.id AND other.state IN ('copying', 'cutting_over', 'cancelling')
							AND (other.driven_until >= now() OR other.requested_at < free.requested_at)))
				ORDER BY driven_until NULLS FIRST, requested_at LIMIT 1)
			RETURNING *""";

	private static final String STAY = """
			UPDATE shard_move SET driven_until = now() + $3 * interval '1 millisecond', rows = rows + $4,
				state = coalesce($5, state), problem = NULL
			WHERE id = $1 AND driver = $2 AND state NOT IN ('done', 'cancelled')""";

	private static final String LEAVE = """
			UPDATE shard_move SET driven_until = now() + $3 * interval '1 millisecond', problem = $4,
				state = CASE WHEN state = 'cutting_over' THEN 'copying' ELSE state END
			WHERE id = $1 AND driver = $2""";

	private static final String ASSIGN = """
			UPDATE shard_assignment SET shards = $2, version = $3, counted_until = $4
			WHERE organization_id = $1 AND version <= $3""";

	private static final String CUT_OVER = "UPDATE shard_move SET cut_overs = cut_overs + 1, state = 'copying' WHERE id = $1";

	private static final String TURN = """
			UPDATE shard_move SET state = $3, settles_at = $4, hops = $5, problem = NULL,
				ended_at = CASE WHEN $3 IN ('done', 'cancelled') THEN $6 END
			WHERE id = $1 AND driver = $2 AND state NOT IN ('done', 'cancelled')""";

	private static final String SETTLED = """
			UPDATE shard_assignment SET counted_until = NULL WHERE organization_id = $1 AND NOT EXISTS (SELECT FROM shard_move
				WHERE organization_id = $1 AND id <> $2 AND state IN ('copying', 'cutting_over', 'settling'))""";

	private static final String CANCEL = """
			UPDATE shard_move SET state = 'cancelling', driver = NULL, driven_until = NULL
			WHERE id = $1 AND cut_overs = 0 AND state IN ('waiting', 'copying')""";

	private final DatabaseClient database;

	private final TransactionalOperator transaction;

	MoveTable(DatabaseClient database, TransactionalOperator transaction) {
		this.database = database;
		this.transaction = transaction;
	}

	/// Where the organization is; empty where nothing of it was ever counted.
	Mono<Assignment> assigned(UUID organization) {
		return this.database.sql(ASSIGNED)
				.bind(0, organization)
				.map((row) -> new Assignment(integers(row, "shards"), required(row, "version", Long.class),
						row.get("counted_until", Instant.class)))
				.one()
				.as(this::alone);
	}

	/// Emits false where another move of the organization has not cut over.
	Mono<Boolean> add(UUID id, OrganizationId organization, List<Integer> before, List<Integer> after, String by,
			Instant now) {
		return this.database.sql(ADD)
				.bind(0, id)
				.bind(1, organization.value())
				.bind(2, before.toArray(Integer[]::new))
				.bind(3, after.toArray(Integer[]::new))
				.bind(4, by)
				.bind(5, now)
				.fetch()
				.rowsUpdated()
				.map((rows) -> rows > 0)
				.as(this::alone);
	}

	/// The newest first.
	Flux<Move> list(int limit) {
		return this.database.sql(LIST)
				.bind(0, limit)
				.map(MoveTable::toMove)
				.all()
				.as(this.transaction::transactional)
				.contextWrite(SystemScope.bind());
	}

	Mono<Move> find(UUID id) {
		return this.database.sql(FIND).bind(0, id).map(MoveTable::toMove).one().as(this::alone);
	}

	/// How many have not ended, by their state.
	Mono<Map<State, Long>> count() {
		return this.database.sql(COUNT)
				.map((row) -> Map.entry(state(row), required(row, "moves", Long.class)))
				.all()
				.collectMap(Map.Entry::getKey, Map.Entry::getValue)
				.as(this::alone);
	}

	private static State state(Readable row) {
		return State.valueOf(required(row, "state", String.class).toUpperCase(Locale.ROOT));
	}

	/// A move that nobody drives; it is the driver's for as long as the lease.
	Mono<Move> claim(UUID driver, Duration lease) {
		return this.database.sql(LOCK)
				.then()
				.then(Mono.defer(() -> this.database.sql(CLAIM)
						.bind(0, driver)
						.bind(1, lease.toMillis())
						.map(MoveTable::toMove)
						.one()))
				.as(this::alone);
	}

	/// Emits false where the move is somebody else's by now, or has been cancelled meanwhile.
	///
	/// @param state `null` for the one that it is in
	Mono<Boolean> stay(UUID id, UUID driver, Duration lease, long rows, @Nullable State state) {
		GenericExecuteSpec statement = this.database.sql(STAY)
				.bind(0, id)
				.bind(1, driver)
				.bind(2, lease.toMillis())
				.bind(3, rows);
		return bind(statement, 4, state).fetch().rowsUpdated().map((updated) -> updated > 0).as(this::alone);
	}

	/// Leaves the move to whoever looks for one after the pause.
	Mono<Void> leave(UUID id, UUID driver, Duration pause, @Nullable String problem) {
		GenericExecuteSpec statement = this.database.sql(LEAVE).bind(0, id).bind(1, driver).bind(2, pause.toMillis());
		return Columns.bind(statement, 3, problem, String.class)
				.then()
				.as(this::alone);
	}

	/// Tells everybody where the organization is after a step.
	Mono<Void> cutOver(Move move, Assignment assignment) {
		return assign(move, assignment).then(this.database.sql(CUT_OVER).bind(0, move.id()).then()).as(this::alone);
	}

	/// Tells the same in another form.
	Mono<Void> rename(Move move, Assignment assignment) {
		return assign(move, assignment).as(this::alone);
	}

	private Mono<Void> assign(Move move, Assignment assignment) {
		GenericExecuteSpec statement = this.database.sql(ASSIGN)
				.bind(0, move.organization().value())
				.bind(1, assignment.shards().toArray(Integer[]::new))
				.bind(2, assignment.version());
		return Columns
				.bind(statement, 3, assignment.countedUntil(), Instant.class)
				.then();
	}

	/// Goes on to another state.
	///
	/// @param settlesAt until when events may come by way of a shard that was left; `null` where none can
	/// @param hops how many shards one may still pass
	Mono<Void> turn(Move move, UUID driver, State state, @Nullable Instant settlesAt, int hops, Instant now) {
		GenericExecuteSpec statement = this.database.sql(TURN).bind(0, move.id()).bind(1, driver);
		return Columns
				.bind(bind(statement, 2, state), 3, settlesAt, Instant.class)
				.bind(4, hops)
				.bind(5, now)
				.then()
				.as(this::alone);
	}

	/// No event can come by way of another shard any more.
	Mono<Void> settled(Move move) {
		return this.database.sql(SETTLED)
				.bind(0, move.organization().value())
				.bind(1, move.id())
				.then()
				.as(this::alone);
	}

	/// Emits false where it has cut over, or does so at this moment, or has ended.
	Mono<Boolean> cancel(UUID id) {
		return this.database.sql(CANCEL)
				.bind(0, id)
				.fetch()
				.rowsUpdated()
				.map((rows) -> rows > 0)
				.as(this::alone);
	}

	private static GenericExecuteSpec bind(GenericExecuteSpec statement, int at, @Nullable State state) {
		return Columns.bind(statement, at,
				(state != null) ? state.name().toLowerCase(Locale.ROOT) : null, String.class);
	}

	private <T> Mono<T> alone(Mono<T> work) {
		return work.as(this.transaction::transactional).contextWrite(SystemScope.bind());
	}

	private static List<Integer> integers(Readable row, String column) {
		return Arrays.asList(required(row, column, Integer[].class));
	}

	private static Move toMove(Readable row) {
		return new Move(required(row, "id", UUID.class),
				new OrganizationId(required(row, "organization_id", UUID.class)), integers(row, "shards_before"),
				integers(row, "shards_after"),
				state(row),
				required(row, "cut_overs", Integer.class), required(row, "rows", Long.class),
				row.get("settles_at", Instant.class), required(row, "hops", Integer.class),
				row.get("problem", String.class), required(row, "requested_by", String.class),
				required(row, "requested_at", Instant.class), row.get("ended_at", Instant.class));
	}

}
