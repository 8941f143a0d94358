package io.billwright.analytics.moving;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.moving.Step.Customers;
import io.billwright.analytics.shard.Shard;

import static io.billwright.platform.tenancy.Columns.required;

/// Copies what is known of a step's events whose months are archived (decision 13). Archives stay those of the shard that made
/// them, so a month must be archived on both shards or on neither.
final class MonthCargo {

	private static final String GONE = "month IN (SELECT month FROM usage_month WHERE state <> 'restored') AND "
			+ Customers.condition("customer_id", 1);

	private static final String MONTHS = "SELECT DISTINCT month FROM usage_archived WHERE " + GONE;

	private static final String ALSO = "SELECT month FROM usage_month WHERE state IN ('archived', 'dropped')";

	private static final String TAKES_NOTHING = "SELECT month FROM usage_month WHERE month = $1";

	private static final String READ = "SELECT to_jsonb(gone)::text AS row FROM usage_archived AS gone WHERE " + GONE;

	private static final String ADD = """
			INSERT INTO usage_archived AS known SELECT * FROM jsonb_populate_recordset(NULL::usage_archived, $1::jsonb)
			ON CONFLICT (customer_id, metric, month, organization_id, live) DO UPDATE SET events = excluded.events,
				first_at = excluded.first_at, last_at = excluded.last_at""";

	/// So the target's archive of the month, which does not have them, cannot be mistaken for all of it.
	private static final String COUNT = """
			UPDATE usage_month SET events = (SELECT sum(events) FROM usage_archived WHERE usage_archived.month = usage_month.month)
			WHERE month IN (SELECT month FROM jsonb_populate_recordset(NULL::usage_archived, $1::jsonb))""";

	private static final String GAPS = """
			SELECT to_jsonb(gap)::text AS row FROM meter_gap AS gap WHERE organization_id = $1""";

	private static final String ADD_GAPS = """
			INSERT INTO meter_gap SELECT * FROM jsonb_populate_recordset(NULL::meter_gap, $1::jsonb) ON CONFLICT DO NOTHING""";

	private final Step step;

	MonthCargo(Step step) {
		this.step = step;
	}

	/// Fails with [StepRun.NotYet] where events are archived on the source alone.
	Mono<Void> check() {
		return months(this.step.source(), MONTHS, this.step.customers().parameters())
				.zipWhen((gone) -> months(this.step.target(), ALSO))
				.flatMap((both) -> Flux.fromIterable(both.getT1())
						.filter((month) -> !both.getT2().contains(month))
						.next()
						.flatMap((month) -> Mono.error(() -> new StepRun.NotYet(
								"usage of %s is archived on the source, and not on the target".formatted(
										YearMonth.from(month))))));
	}

	/// Fails with [StepRun.NotYet] where the target takes no events of the month.
	Mono<Void> check(LocalDate month) {
		return months(this.step.target(), TAKES_NOTHING, month)
				.filter(Set::isEmpty)
				.switchIfEmpty(Mono.error(() -> new StepRun.NotYet(
						"usage of %s is archived on the target, and not on the source"
								.formatted(YearMonth.from(month)))))
				.then();
	}

	private static Mono<Set<LocalDate>> months(Shard shard, String sql, Object... parameters) {
		return Rows.read(shard, (row) -> required(row, "month", LocalDate.class), sql, parameters)
				.collect(Collectors.toSet());
	}

	/// Needs a transaction of the target.
	Mono<Void> write() {
		Shard source = this.step.source();
		Shard target = this.step.target();
		return Rows.read(source, READ, this.step.customers().parameters())
				.collectList()
				.filter((rows) -> !rows.isEmpty())
				.map(Rows::array)
				.flatMap((rows) -> Rows.execute(target, ADD, rows).then(Rows.execute(target, COUNT, rows)))
				.then(Rows.read(source, GAPS, this.step.organization()).collectList())
				.flatMap((List<String> rows) -> Rows.execute(target, ADD_GAPS, Rows.array(rows)))
				.then();
	}

}
