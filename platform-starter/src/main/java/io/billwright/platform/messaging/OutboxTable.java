package io.billwright.platform.messaging;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.Tenant;

/// The statements of the outbox. All but [#insert] need the scope above tenants.
final class OutboxTable {

	/// The channel that a commit with new events notifies.
	static final String CHANNEL = "outbox";

	/// The advisory lock of the relay that publishes; advisory locks are separate for each database.
	private static final long LOCK = 0x6f7574626f78L;

	private static final int MEASURED_ROWS_LIMIT = 100_000;

	/// PostgreSQL folds equal notifications of one transaction into one and sends it after the commit.
	private static final String INSERT = """
			WITH recorded AS (
				INSERT INTO outbox (event_id, topic, type, subject, recorded_at, traceparent, payload)
				VALUES ($1, $2, $3, $4, $5, $6, $7))
			SELECT pg_notify('outbox', '')""";

	private static final String OLDEST = """
			SELECT * FROM (
				SELECT *, sum(octet_length(payload)) OVER (ORDER BY id) - octet_length(payload) AS bytes_before
				FROM (SELECT * FROM outbox ORDER BY id LIMIT $1) oldest) bounded
			WHERE bytes_before < $2 ORDER BY id""";

	private static final String MEASURE = """
			SELECT count(*) AS waiting, (SELECT recorded_at FROM outbox ORDER BY id LIMIT 1) AS oldest
			FROM (SELECT 1 FROM outbox LIMIT $1) bounded""";

	private final DatabaseClient database;

	OutboxTable(DatabaseClient database) {
		this.database = database;
	}

	Mono<Void> insert(OutboxRow row) {
		return this.database.sql(INSERT)
				.bind(0, row.eventId())
				.bind(1, row.topic())
				.bind(2, row.type())
				.bind(3, row.subject())
				.bind(4, row.recordedAt())
				.bind(5, Parameters.in(R2dbcType.VARCHAR, row.traceparent()))
				.bind(6, new String(row.payload(), StandardCharsets.UTF_8))
				.fetch()
				.rowsUpdated()
				.then();
	}

	/// Takes the relays' lock until the end of the transaction, without waiting for it; emits whether it was free.
	Mono<Boolean> tryLock() {
		return this.database.sql("SELECT pg_try_advisory_xact_lock($1)").bind(0, LOCK).mapValue(Boolean.class).one();
	}

	/// The oldest events in the order of publication: at most so many rows, and rows until so many bytes are reached.
	Mono<List<OutboxRow>> oldest(int rows, long bytes) {
		return this.database.sql(OLDEST).bind(0, rows).bind(1, bytes).map(OutboxTable::row).all().collectList();
	}

	/// Deletes exactly these rows: an older number may still be hidden in a transaction that has not committed yet.
	Mono<Long> delete(List<OutboxRow> rows) {
		Long[] numbers = rows.stream().map(OutboxRow::number).toArray(Long[]::new);
		return this.database.sql("DELETE FROM outbox WHERE id = ANY($1)").bind(0, numbers).fetch().rowsUpdated();
	}

	Mono<Backlog> measure() {
		return this.database.sql(MEASURE)
				.bind(0, MEASURED_ROWS_LIMIT)
				.map((row) -> new Backlog(Columns.required(row, "waiting", Long.class),
						row.get("oldest", Instant.class)))
				.one();
	}

	private static OutboxRow row(Readable row) {
		return new OutboxRow(Columns.required(row, "id", Long.class), Columns.required(row, "event_id", UUID.class),
				new Tenant(Columns.required(row, "organization_id", UUID.class),
						Columns.required(row, "live", Boolean.class)),
				Columns.required(row, "topic", String.class), Columns.required(row, "type", String.class),
				Columns.required(row, "subject", String.class), Columns.required(row, "recorded_at", Instant.class),
				row.get("traceparent", String.class),
				Columns.required(row, "payload", String.class).getBytes(StandardCharsets.UTF_8));
	}

	/// What waits.
	///
	/// @param rows at most 100,000 are counted
	/// @param oldest when the oldest one was recorded, `null` where none waits
	record Backlog(long rows, @Nullable Instant oldest) {}

}
