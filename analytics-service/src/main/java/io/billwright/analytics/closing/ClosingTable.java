package io.billwright.analytics.closing;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.meter.MeterId;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.summary.Span;
import io.billwright.platform.tenancy.Columns;

import static io.billwright.platform.tenancy.Columns.required;

/// The bound tenant's closings of a shard. Needs a transaction of the shard.
final class ClosingTable {

	/// Who closes waits for whoever is closing a period of the same customer.
	private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('closing ' || $1, 0))";

	private static final String OVERLAPPING = """
			SELECT count(*) FROM usage_closing JOIN usage_closing_figure ON closing_id = id
			WHERE customer_id = $1 AND starts_at < $3 AND ends_at > $2 AND meter_id = ANY ($4::uuid[])""";

	private static final String INSERT = """
			INSERT INTO usage_closing (id, customer_id, starts_at, ends_at, created_by, created_at)
			VALUES ($1, $2, $3, $4, $5, $6)""";

	private static final String INSERT_FIGURE = """
			INSERT INTO usage_closing_figure (closing_id, meter_id, definition, closed, billed) VALUES ($1, $2, $3, $4, $4)""";

	private static final String SETTLE = """
			UPDATE usage_closing_figure SET billed = $3, settled_at = $4 WHERE closing_id = $1 AND meter_id = $2""";

	private static final String SELECT = """
			SELECT id, customer_id, starts_at, ends_at, created_by, created_at, meter_id, definition, closed, billed, settled_at
			FROM usage_closing JOIN usage_closing_figure ON closing_id = id\s""";

	private static final String BY_ID = SELECT + "WHERE id = $1 ORDER BY meter_id";

	private static final String PAGE = SELECT + """
			WHERE id IN (SELECT id FROM usage_closing WHERE customer_id = $1 AND ($2::uuid IS NULL OR id < $2)
				ORDER BY id DESC LIMIT $3)
			ORDER BY id DESC, meter_id""";

	private final DatabaseClient database;

	ClosingTable(Shard shard) {
		this.database = shard.client();
	}

	/// Adds a closing; fails with [ClosingFailure.Overlapping].
	Mono<Void> add(Closing closing) {
		UUID[] meters = closing.figures().stream().map((figure) -> figure.meter().value()).toArray(UUID[]::new);
		return this.database.sql(LOCK)
				.bind(0, closing.customer().toString())
				.then()
				.then(Mono.defer(() -> this.database.sql(OVERLAPPING)
						.bind(0, closing.customer())
						.bind(1, closing.span().start())
						.bind(2, closing.span().end())
						.bind(3, meters)
						.mapValue(Long.class)
						.one()))
				.filter((overlapping) -> overlapping == 0)
				.switchIfEmpty(Mono.error(ClosingFailure.Overlapping::new))
				.then(Mono.defer(() -> insert(closing)))
				.thenMany(Flux.fromIterable(closing.figures()).concatMap((figure) -> insert(closing.id(), figure)))
				.then();
	}

	private Mono<Void> insert(Closing closing) {
		return this.database.sql(INSERT)
				.bind(0, closing.id().value())
				.bind(1, closing.customer())
				.bind(2, closing.span().start())
				.bind(3, closing.span().end())
				.bind(4, closing.createdBy())
				.bind(5, closing.createdAt())
				.then();
	}

	private Mono<Void> insert(ClosingId id, Closing.Billed figure) {
		return Columns.bind(this.database.sql(INSERT_FIGURE)
				.bind(0, id.value())
				.bind(1, figure.meter().value())
				.bind(2, figure.definition()), 3, figure.closed(), BigDecimal.class).then();
	}

	/// Notes what of a figure has been billed in all.
	Mono<Void> settle(ClosingId id, MeterId meter, @Nullable BigDecimal billed, Instant now) {
		return Columns
				.bind(this.database.sql(SETTLE).bind(0, id.value()).bind(1, meter.value()), 2, billed, BigDecimal.class)
				.bind(3, now)
				.then();
	}

	Mono<Closing> find(ClosingId id) {
		return closings(this.database.sql(BY_ID).bind(0, id.value())).flatMap(
				(closings) -> Mono.justOrEmpty(closings.stream().findFirst()));
	}

	/// Those of a customer, the newest first.
	///
	/// @param before of the page before; `null` for the first
	Mono<List<Closing>> page(UUID customer, @Nullable UUID before, int limit) {
		GenericExecuteSpec statement = this.database.sql(PAGE).bind(0, customer);
		return closings(
				Columns.bind(statement, 1, before, UUID.class).bind(2, limit));
	}

	private static Mono<List<Closing>> closings(GenericExecuteSpec statement) {
		return statement.map(ClosingTable::toClosing).all().collectList().map((rows) -> {
			Map<ClosingId, Closing> closings = new LinkedHashMap<>();
			rows.forEach((row) -> closings.merge(row.id(), row, ClosingTable::join));
			return List.copyOf(closings.values());
		});
	}

	private static Closing join(Closing one, Closing other) {
		List<Closing.Billed> figures = new ArrayList<>(one.figures());
		figures.addAll(other.figures());
		return new Closing(one.id(), one.customer(), one.span(), one.createdBy(), one.createdAt(), figures);
	}

	/// With the one figure of the row.
	private static Closing toClosing(Readable row) {
		return new Closing(new ClosingId(required(row, "id", UUID.class)), required(row, "customer_id", UUID.class),
				new Span(required(row, "starts_at", Instant.class), required(row, "ends_at", Instant.class)),
				required(row, "created_by", String.class), required(row, "created_at", Instant.class),
				List.of(new Closing.Billed(new MeterId(required(row, "meter_id", UUID.class)),
						required(row, "definition", UUID.class), row.get("closed", BigDecimal.class),
						row.get("billed", BigDecimal.class), row.get("settled_at", Instant.class))));
	}

}
