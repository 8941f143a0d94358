package io.billwright.analytics.moving;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import reactor.core.publisher.Mono;

import io.billwright.analytics.moving.Step.Customers;
import io.billwright.analytics.shard.ChangeMark;
import io.billwright.analytics.shard.Shard;

import static io.billwright.platform.tenancy.Columns.required;

/// Copies which meters are counted of a step's organization, and whose figures have to be looked at. This is done once, when
/// the source holds still.
final class MeterCargo {

	private static final String METERS = """
			SELECT meter_id, archived_at IS NOT NULL OR backfilled_seq >= cut_seq AS complete FROM meter_activation
			WHERE organization_id = $1""";

	private static final String READ = """
			SELECT to_jsonb(activation)::text AS row FROM meter_activation AS activation WHERE organization_id = $1""";

	/// A meter that the target does not count, though it has other customers, counts these in the background; what has arrived
	/// it has counted at the source. `$2` whether there are others.
	private static final String ADD = """
			INSERT INTO meter_activation AS known (meter_id, organization_id, live, event_name, definition, cut_seq,
				backfilled_seq, archived_at, announced, noted, end_seq)
			SELECT meter_id, organization_id, live, event_name, definition,
				CASE WHEN $2 AND archived_at IS NULL THEN coalesce(pg_sequence_last_value('usage_event_seq'), 0) ELSE 0 END,
				CASE WHEN $2 AND archived_at IS NULL THEN (SELECT max(last_seq) FROM usage_arrival AS arrival
					WHERE arrival.organization_id = given.organization_id AND move_id = $3 AND version = $4) ELSE 0 END,
				archived_at, announced, noted, CASE WHEN end_seq IS NOT NULL THEN 0 END
			FROM jsonb_populate_recordset(NULL::meter_activation, $1::jsonb) AS given
			ON CONFLICT (meter_id) DO UPDATE SET announced = known.announced OR excluded.announced,
				noted = known.noted OR excluded.noted""";

	/// What archived meters have not counted, as numbers of the target; `$4` the last number of the source.
	private static final String GAPS = """
			SELECT to_jsonb(gap)::text AS row FROM (
				SELECT meter_id, organization_id, live, after_seq + shift AS after_seq, until_seq + shift AS until_seq FROM (
					SELECT *, %s AS shift FROM (
						SELECT meter_id, organization_id, live, end_seq AS after_seq, $4 AS until_seq FROM meter_activation
						WHERE organization_id = $3 AND end_seq < $4
						UNION ALL SELECT meter_id, organization_id, live, greatest(backfilled_seq, 0), cut_seq FROM meter_activation
						WHERE organization_id = $3 AND archived_at IS NOT NULL AND backfilled_seq < cut_seq
						UNION ALL SELECT meter_id, organization_id, live, after_seq, until_seq FROM meter_skipped
						WHERE organization_id = $3) AS own) AS shifted) AS gap"""
			.formatted(EventCargo.SHIFT.formatted("after_seq + 1"));

	private static final String ADD_GAPS = """
			INSERT INTO meter_skipped AS known SELECT * FROM jsonb_populate_recordset(NULL::meter_skipped, $1::jsonb)
			ON CONFLICT (meter_id, after_seq) DO UPDATE SET until_seq = greatest(known.until_seq, excluded.until_seq)""";

	private static final String TOUCHED = "SELECT (to_jsonb(touched) || '{\"claimed_until\": null}')::text AS row "
			+ "FROM usage_touched AS touched WHERE " + Customers.condition("customer_id", 1);

	private static final String ADD_TOUCHED = """
			INSERT INTO usage_touched AS known SELECT * FROM jsonb_populate_recordset(NULL::usage_touched, $1::jsonb)
			ON CONFLICT (meter_id, customer_id) DO UPDATE SET since = least(known.since, excluded.since),
				changes = known.changes + 1, claimed_until = NULL""";

	private static final String METERS_CHANGED = "UPDATE rollup_watermark SET meters_version = meters_version + 1";

	private static final String REMOVE_TOUCHED = "DELETE FROM usage_touched WHERE "
			+ Customers.condition("customer_id", 1);

	/// What remembers figures of the organization reads them anew.
	private static final String TELL = "SELECT pg_notify('%s', $1)".formatted(ChangeMark.CHANNEL);

	private final Step step;

	MeterCargo(Step step) {
		this.step = step;
	}

	/// Which meters there are at the source.
	///
	/// @param complete those that change with events and corrections only
	/// @param others those that still count events from before them
	record Meters(Set<UUID> complete, Set<UUID> others) {}

	Mono<Meters> meters() {
		return Rows
				.read(this.step.source(),
						(row) -> java.util.Map.entry(required(row, "meter_id", UUID.class),
								required(row, "complete", Boolean.class)),
						METERS, this.step.organization())
				.collectList()
				.map((all) -> all.stream()
						.collect(Collectors.partitioningBy(java.util.Map.Entry::getValue,
								Collectors.mapping(java.util.Map.Entry::getKey, Collectors.toSet()))))
				.map((all) -> new Meters(all.getOrDefault(true, Set.of()), all.getOrDefault(false, Set.of())));
	}

	/// Needs a transaction of the target that holds its watermark alone, after the arrivals are released.
	Mono<Void> write(List<Arrival> arrivals, long cut) {
		Shard source = this.step.source();
		Shard target = this.step.target();
		return Rows.read(source, READ, this.step.organization())
				.collectList()
				.flatMap((rows) -> Rows.execute(target, ADD, Rows.array(rows), this.step.isJoining(), this.step.move(),
						this.step.version()))
				.then(Rows
						.read(source, GAPS, Arrival.bases(arrivals), Arrival.shifts(arrivals),
								this.step.organization(), cut)
						.collectList())
				.flatMap((rows) -> Rows.execute(target, ADD_GAPS, Rows.array(rows)))
				.then(Rows.read(source, TOUCHED, this.step.customers().parameters()).collectList())
				.flatMap((rows) -> Rows.execute(target, ADD_TOUCHED, Rows.array(rows)))
				.then(Rows.execute(target, METERS_CHANGED))
				.then();
	}

	/// Needs the transaction in which the customers leave the source.
	Mono<Void> leave() {
		Shard source = this.step.source();
		return Rows.execute(source, REMOVE_TOUCHED, this.step.customers().parameters())
				.then(Mono.defer(() -> source.client()
						.sql(TELL)
						.bind(0, ChangeMark.of(this.step.organization()).text())
						.then()));
	}

}
