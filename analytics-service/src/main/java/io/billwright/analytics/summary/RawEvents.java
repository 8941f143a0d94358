package io.billwright.analytics.summary;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;

import io.billwright.analytics.archived.ArchivedEvents;
import io.billwright.analytics.usage.Metering;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.analytics.wire.PropertiesFormat;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.Tenant;

/// Reads events of the bound tenant one by one, as they were accepted. Needs a transaction of the shard.
final class RawEvents {

	/// Events that one answer may be computed from.
	static final int LIMIT = 100_000;

	private static final String COLUMNS = """
			seq, customer_id, metric, key, quantity, happened_at, accepted_at, properties, voided_at""";

	private static final String IN_PIECES = """
			SELECT at, %s FROM unnest($3::integer[], $4::timestamptz[], $5::timestamptz[]) AS piece (at, start, finish)
			JOIN usage_event ON customer_id = ANY ($1::uuid[]) AND metric = ANY ($2::text[])
				AND happened_at >= start AND happened_at < finish AND voided_at IS NULL
			LIMIT %d""".formatted(COLUMNS, LIMIT + 1);

	private static final String AFTER = """
			SELECT 0 AS at, %s FROM usage_event
			WHERE customer_id = $1 AND metric = $2 AND happened_at >= $3 AND happened_at < $4
				AND (happened_at, seq) > ($5, $6) AND ($8 OR voided_at IS NULL)
				AND seq <= coalesce((SELECT end_seq FROM meter_activation WHERE meter_id = $9), seq)
				AND NOT EXISTS (SELECT FROM meter_skipped WHERE meter_id = $9 AND seq > after_seq AND seq <= until_seq)
			ORDER BY happened_at, seq LIMIT $7""".formatted(COLUMNS);

	private final DatabaseClient database;

	private final ArchivedEvents archived;

	private final Tenant tenant;

	RawEvents(DatabaseClient database, Tenant tenant) {
		this.database = database;
		this.archived = new ArchivedEvents(database);
		this.tenant = tenant;
	}

	/// An event, and where it was found.
	///
	/// @param at in which piece's bucket
	/// @param seq in the order in which events were counted
	/// @param voidedAt since when it counts no more; `null` where it counts
	record Found(int at, long seq, UsageEvent event, @Nullable Instant voidedAt) {}

	/// The events of some customers in some pieces, in no order.
	///
	/// Fails with [Invalid] beyond [#LIMIT], and in its end with
	/// [io.billwright.analytics.archived.ArchivedFailure] where some are archived.
	Flux<Found> in(Collection<UUID> customers, Collection<String> metrics, Collection<Piece> pieces) {
		if (customers.isEmpty() || metrics.isEmpty() || pieces.isEmpty()) {
			return Flux.empty();
		}
		return Rollups
				.bind(this.database.sql(IN_PIECES)
						.bind(0, customers.toArray(UUID[]::new))
						.bind(1, metrics.toArray(String[]::new)), 2, pieces)
				.map(this::toFound)
				.all()
				.index()
				.map((numbered) -> {
					if (numbered.getT1() >= LIMIT) {
						throw tooMany();
					}
					return numbered.getT2();
				})
				.concatWith(this.archived.refuse(customers, metrics, pieces.stream().map(Piece::from).toList(),
						pieces.stream().map(Piece::to).toList()));
	}

	/// Where a page of a customer's events begins and ends.
	///
	/// @param voided whether voided ones are in it too
	record Part(Span span, Instant happenedAt, long seq, boolean voided, int limit) {}

	/// The events of a customer that a meter may have counted, by time: for an archived one, those from before that. Fails in
	/// its end where some of the span are archived.
	Flux<Found> after(UUID customer, Metering metering, Part part) {
		return this.database.sql(AFTER)
				.bind(0, customer)
				.bind(1, metering.event())
				.bind(2, part.span().start())
				.bind(3, part.span().end())
				.bind(4, part.happenedAt())
				.bind(5, part.seq())
				.bind(6, part.limit())
				.bind(7, part.voided())
				.bind(8, metering.id())
				.map(this::toFound)
				.all()
				.concatWith(this.archived.refuse(List.of(customer), List.of(metering.event()),
						List.of(part.span().start()), List.of(part.span().end())));
	}

	private Found toFound(Readable row) {
		@Nullable
		String properties = row.get("properties", String.class);
		UsageEvent event = new UsageEvent(this.tenant.organization(), this.tenant.live(),
				Columns.required(row, "customer_id", UUID.class), Columns.required(row, "metric", String.class),
				Columns.required(row, "key", String.class), Columns.required(row, "quantity", BigDecimal.class),
				Columns.required(row, "happened_at", Instant.class),
				Columns.required(row, "accepted_at", Instant.class),
				(properties != null) ? PropertiesFormat.read(properties) : Map.of());
		return new Found(Columns.required(row, "at", Integer.class), Columns.required(row, "seq", Long.class), event,
				row.get("voided_at", Instant.class));
	}

	private static Invalid tooMany() {
		return new Invalid("granularity", "out_of_range",
				"would have to be computed from more than %d single events; ask for less, or for whole hours"
						.formatted(LIMIT));
	}

}
