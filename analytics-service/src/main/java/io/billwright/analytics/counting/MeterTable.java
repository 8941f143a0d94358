package io.billwright.analytics.counting;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.usage.Metering;

import static io.billwright.platform.tenancy.Columns.required;

/// The meters that a shard counts.
final class MeterTable {

	private static final String ACTIVE = """
			SELECT definition, announced, noted FROM meter_activation WHERE archived_at IS NULL""";

	private static final String ACTIVATE = """
			INSERT INTO meter_activation (meter_id, organization_id, live, event_name, definition, cut_seq, noted, backfilled_seq)
			VALUES ($1, $2, $3, $4, $5, coalesce(pg_sequence_last_value('usage_event_seq'), 0),
				coalesce((SELECT noted FROM meter_activation WHERE meter_id = $6), false),
				coalesce((SELECT min(first_seq) - 1 FROM usage_arrival WHERE organization_id = $2 AND last_seq IS NOT NULL), 0))
			ON CONFLICT (meter_id) DO NOTHING""";

	/// Events of its own that nobody can count any more.
	private static final String GAPS = """
			INSERT INTO meter_gap (meter_id, month, organization_id, live)
			SELECT DISTINCT $1::uuid, month, organization_id, live FROM usage_archived JOIN usage_month USING (month)
			WHERE state IN ('archived', 'dropped') AND organization_id = $2 AND live = $3 AND metric = $4
				AND NOT EXISTS (SELECT FROM meter_activation WHERE meter_id = $1)""";

	private static final String ARCHIVE = """
			UPDATE meter_activation SET archived_at = now(), end_seq = coalesce(pg_sequence_last_value('usage_event_seq'), 0)
			WHERE meter_id = $1 AND archived_at IS NULL""";

	private static final String ANNOUNCE = """
			UPDATE meter_activation SET announced = true WHERE meter_id = $1 AND NOT announced""";

	private static final String NOTE = "UPDATE meter_activation SET noted = $2 WHERE meter_id = $1 AND noted <> $2";

	private static final String ANNOUNCED = "SELECT announced FROM meter_activation WHERE meter_id = $1";

	private static final String CHANGED = "UPDATE rollup_watermark SET meters_version = meters_version + 1";

	/// What has arrived from other shards lies in ranges far apart, between which there is nothing.
	private static final String UNFINISHED = """
			SELECT definition, announced, noted, cut_seq, greatest(backfilled_seq, coalesce((SELECT min(first_seq) - 1
				FROM usage_arrival AS arrival WHERE arrival.organization_id = meter_activation.organization_id
					AND last_seq > backfilled_seq), 0)) AS backfilled_seq
			FROM meter_activation
			WHERE archived_at IS NULL AND backfilled_seq < cut_seq ORDER BY meter_id LIMIT 1 FOR UPDATE SKIP LOCKED""";

	private static final String OF_EVENT = """
			SELECT definition, announced, noted, cut_seq, backfilled_seq, end_seq,
				(SELECT coalesce(array_agg(after_seq ORDER BY after_seq), '{}') FROM meter_skipped
					WHERE meter_skipped.meter_id = meter_activation.meter_id) AS skipped_after,
				(SELECT coalesce(array_agg(until_seq ORDER BY after_seq), '{}') FROM meter_skipped
					WHERE meter_skipped.meter_id = meter_activation.meter_id) AS skipped_until
			FROM meter_activation
			WHERE event_name = $1 AND (archived_at IS NULL OR end_seq IS NOT NULL)""";

	private static final String BACKFILLED = "UPDATE meter_activation SET backfilled_seq = $2 WHERE meter_id = $1";

	private static final String COMPLETE = """
			SELECT coalesce(bool_and(backfilled_seq >= cut_seq), false) AS complete FROM meter_activation WHERE meter_id = $1""";

	private final DatabaseClient database;

	private final JsonMapper mapper;

	MeterTable(Shard shard, JsonMapper mapper) {
		this.database = shard.client();
		this.mapper = mapper;
	}

	Flux<Active> active() {
		return this.database.sql(ACTIVE).map(this::toActive).all();
	}

	/// @param announced whether others want to be told whenever a customer's figure changes
	/// @param noted whether it is noted whose figure changes
	record Active(Metering metering, boolean announced, boolean noted) {}

	private Active toActive(Readable row) {
		return new Active(definition(row), required(row, "announced", Boolean.class),
				required(row, "noted", Boolean.class));
	}

	private Metering definition(Readable row) {
		return this.mapper.readValue(required(row, "definition", Json.class).asArray(), Metering.class);
	}

	/// Activates the meter unless it has been. Needs the watermark for itself: no batch is in between.
	///
	/// @param predecessor whose changes are noted where those of the meter are to be; the meter itself where there is none
	Mono<Void> activate(Metering meter, UUID predecessor) {
		return this.database.sql(GAPS)
				.bind(0, meter.id())
				.bind(1, meter.organization())
				.bind(2, meter.live())
				.bind(3, meter.event())
				.then()
				.then(activated(meter, predecessor))
				.then(changed());
	}

	private Mono<Void> activated(Metering meter, UUID predecessor) {
		return this.database.sql(ACTIVATE)
				.bind(0, meter.id())
				.bind(1, meter.organization())
				.bind(2, meter.live())
				.bind(3, meter.event())
				.bind(4, Json.of(this.mapper.writeValueAsBytes(meter)))
				.bind(5, predecessor)
				.then();
	}

	/// Counts no further events. Needs the watermark for itself.
	Mono<Void> archive(UUID meter) {
		return this.database.sql(ARCHIVE).bind(0, meter).then().then(changed());
	}

	/// Whether changes of the meter's figures are told; empty where it is not counted here.
	Mono<Boolean> isAnnounced(UUID meter) {
		return this.database.sql(ANNOUNCED)
				.bind(0, meter)
				.map((row) -> required(row, "announced", Boolean.class))
				.one();
	}

	/// Tells of changes of the meter's figures from the next batch on. Needs the watermark for itself.
	Mono<Void> announce(UUID meter) {
		return this.database.sql(ANNOUNCE).bind(0, meter).then().then(changed());
	}

	/// Notes whose figures of the meter change from the next batch on, or does so no more. Needs the watermark for itself.
	Mono<Void> note(UUID meter, boolean noted) {
		return this.database.sql(NOTE).bind(0, meter).bind(1, noted).then().then(changed());
	}

	private Mono<Void> changed() {
		return this.database.sql(CHANGED).then();
	}

	/// One whose past events are not all counted, locked against others who would go on with it; empty where there is none.
	Mono<Unfinished> unfinished() {
		return this.database.sql(UNFINISHED)
				.map((row) -> new Unfinished(toActive(row), required(row, "cut_seq", Long.class),
						required(row, "backfilled_seq", Long.class)))
				.one();
	}

	/// @param cut the last of the events that were there before the meter
	/// @param done the last one that is counted
	record Unfinished(Active active, long cut, long done) {

		Metering meter() {
			return this.active.metering();
		}

	}

	/// Those of the bound tenant that follow an event, archived ones too.
	Flux<Activation> following(String event) {
		return this.database.sql(OF_EVENT)
				.bind(0, event)
				.map((row) -> new Activation(toActive(row), required(row, "cut_seq", Long.class),
						required(row, "backfilled_seq", Long.class), row.get("end_seq", Long.class), gaps(row)))
				.all();
	}

	/// @param after exclusive
	/// @param until inclusive
	record Gap(long after, long until) {}

	private static List<Gap> gaps(Readable row) {
		Long[] after = required(row, "skipped_after", Long[].class);
		Long[] until = required(row, "skipped_until", Long[].class);
		return IntStream.range(0, after.length).mapToObj((at) -> new Gap(after[at], until[at])).toList();
	}

	/// Which events a meter has in its figures.
	///
	/// @param cut the last of the events that were there before the meter
	/// @param done the last one of those that is counted
	/// @param end the last one that it counted before it was archived; null of a meter that counts
	/// @param gaps events from another shard that it has not counted there
	record Activation(Active active, long cut, long done, @Nullable Long end, List<Gap> gaps) {

		Metering meter() {
			return this.active.metering();
		}

		boolean counts(long seq) {
			return (seq <= this.done || seq > this.cut) && (this.end == null || seq <= this.end)
					&& this.gaps.stream().noneMatch((gap) -> seq > gap.after() && seq <= gap.until());
		}

	}

	Mono<Void> backfilled(UUID meter, long seq) {
		return this.database.sql(BACKFILLED).bind(0, meter).bind(1, seq).then();
	}

	/// Whether the meter is there and all of its past events are counted.
	Mono<Boolean> complete(UUID meter) {
		return this.database.sql(COMPLETE)
				.bind(0, meter)
				.map((row) -> required(row, "complete", Boolean.class))
				.one();
	}

}
