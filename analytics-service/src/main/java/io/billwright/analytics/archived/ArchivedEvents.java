package io.billwright.analytics.archived;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.r2dbc.spi.R2dbcException;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Mono;

import io.billwright.platform.tenancy.Columns;

/// Refuses what needs events of the bound tenant that are archived. Needs the transaction that reads events, after it has
/// done so: from then on no month of the shard comes or goes until that transaction ends.
public final class ArchivedEvents {

	/// By what is in the shard and what was noted of what is not: no month is archived by its date.
	private static final String IN = """
			SELECT DISTINCT month FROM usage_archived JOIN usage_month USING (month)
			WHERE state IN ('archived', 'dropped') AND customer_id = ANY ($1::uuid[])
				AND ($2::text[] IS NULL OR metric = ANY ($2::text[]))
				AND EXISTS (SELECT FROM unnest($3::timestamptz[], $4::timestamptz[]) AS stretch (start, finish)
					WHERE start < finish AND first_at < finish AND last_at >= start)
			ORDER BY month""";

	private static final String SINCE = """
			SELECT DISTINCT month FROM usage_archived JOIN usage_month USING (month)
			WHERE state IN ('archived', 'dropped') AND customer_id = $1 AND month >= $2 ORDER BY month""";

	private static final String CHANGED = """
			SELECT DISTINCT month FROM usage_event_change JOIN usage_month ON month = accepted_month
			WHERE state IN ('archived', 'dropped') AND correction_id = $1 ORDER BY month""";

	/// What the guard of a fenced month says.
	private static final String FENCED = "23U01";

	private static final Pattern MONTH = Pattern.compile("\\d{4}-\\d{2}");

	private final DatabaseClient database;

	/// @param database of the shard
	public ArchivedEvents(DatabaseClient database) {
		this.database = database;
	}

	/// Fails with [ArchivedFailure] where such an event may be archived; else it is empty.
	///
	/// @param metrics `null` for any
	/// @param starts of stretches of time
	/// @param ends of the same, not included
	public <T> Mono<T> refuse(Collection<UUID> customers, @Nullable Collection<String> metrics,
			Collection<Instant> starts, Collection<Instant> ends) {
		return Mono.defer(() -> {
			GenericExecuteSpec statement = this.database.sql(IN).bind(0, customers.toArray(UUID[]::new));
			String @Nullable [] names = (metrics != null) ? metrics.toArray(String[]::new) : null;
			return refuse(Columns.bind(statement, 1, names, String[].class)
					.bind(2, starts.toArray(Instant[]::new))
					.bind(3, ends.toArray(Instant[]::new)));
		});
	}

	/// The same for whatever was accepted of the customer since then.
	public <T> Mono<T> refuseAccepted(UUID customer, Instant since) {
		return Mono.defer(() -> refuse(this.database.sql(SINCE)
				.bind(0, customer)
				.bind(1, since.atOffset(ZoneOffset.UTC).toLocalDate().withDayOfMonth(1))));
	}

	/// The same for the events that a correction has changed.
	public <T> Mono<T> refuseChanged(UUID correction) {
		return Mono.defer(() -> refuse(this.database.sql(CHANGED).bind(0, correction)));
	}

	private static <T> Mono<T> refuse(GenericExecuteSpec months) {
		return months.map((row) -> YearMonth.from(Columns.required(row, "month", LocalDate.class)))
				.all()
				.collectList()
				.filter((found) -> !found.isEmpty())
				.flatMap((found) -> Mono.error(() -> new ArchivedFailure(found)));
	}

	/// What it means that a month which is being archived takes no change; any other error as it is.
	public static Throwable explain(Throwable error) {
		for (Throwable cause = error; cause != null; cause = cause.getCause()) {
			if (cause instanceof R2dbcException ex && FENCED.equals(ex.getSqlState())) {
				List<YearMonth> months = MONTH.matcher(Objects.requireNonNullElse(ex.getMessage(), ""))
						.results()
						.map(MatchResult::group)
						.map(YearMonth::parse)
						.toList();
				return new ArchivedFailure(months);
			}
		}
		return error;
	}

}
