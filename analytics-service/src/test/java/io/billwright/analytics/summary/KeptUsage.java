package io.billwright.analytics.summary;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

import io.r2dbc.postgresql.codec.Json;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.usage.Bucket;
import io.billwright.analytics.usage.Measure;
import io.billwright.analytics.usage.Metering;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.analytics.wire.PropertiesFormat;
import io.billwright.platform.tenancy.SystemScope;

/// Fills a shard as counting does, with hours up to a watermark of the test's choice.
final class KeptUsage {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final String EVENTS = """
			INSERT INTO usage_event (organization_id, live, customer_id, metric, key, quantity, happened_at, accepted_at,
				key_hash, accepted_month, properties)
			SELECT organization_id, live, customer_id, metric, key, quantity, happened_at, accepted_at,
				md5(organization_id || live::text || key)::uuid, date_trunc('month', accepted_at AT TIME ZONE 'UTC')::date, properties
			FROM jsonb_to_recordset($1::jsonb) AS given (organization_id uuid, live boolean, customer_id uuid, metric text,
				key text, quantity numeric, happened_at timestamptz, accepted_at timestamptz, properties jsonb)""";

	private static final String ROLLUPS = """
			INSERT INTO %s (organization_id, live, meter_id, customer_id, bucket, grouping, count, sum, min, max, latest,
				latest_at, latest_key, moment)
			SELECT * FROM jsonb_to_recordset($1::jsonb) AS given (organization_id uuid, live boolean, meter_id uuid,
				customer_id uuid, bucket timestamptz, grouping text, count bigint, sum numeric, min numeric, max numeric,
				latest numeric, latest_at timestamptz, latest_key text, moment numeric)""";

	private static final String VALUES = """
			INSERT INTO usage_unique (organization_id, live, meter_id, customer_id, bucket, grouping, value)
			SELECT * FROM jsonb_to_recordset($1::jsonb) AS given (organization_id uuid, live boolean, meter_id uuid,
				customer_id uuid, bucket timestamptz, grouping text, value text)""";

	private final Shard shard;

	private final JsonMapper json;

	private final Instant watermark;

	KeptUsage(Shard shard, JsonMapper json, Instant watermark) {
		this.shard = shard;
		this.json = json;
		this.watermark = watermark;
	}

	private record Place(UUID meter, UUID customer, Instant bucket, String group) {}

	private record Value(Place hour, String text) {}

	/// Keeps the events of one tenant, counted by the meterings.
	void keep(Collection<UsageEvent> events, Collection<Metering> meterings) {
		Map<Place, Measure> minutes = new HashMap<>();
		Map<Place, Measure> hours = new HashMap<>();
		Set<Value> values = new HashSet<>();
		for (UsageEvent event : events) {
			for (Metering metering : meterings) {
				metering.read(event).ifPresent((reading) -> {
					Place hour = place(metering, event, Bucket.HOUR, reading.group());
					minutes.merge(place(metering, event, Bucket.MINUTE, reading.group()), reading.measure(),
							Measure::combine);
					if (hour.bucket().isBefore(this.watermark)) {
						hours.merge(hour, reading.measure(), Measure::combine);
					}
					String text = reading.unique();
					if (text != null) {
						values.add(new Value(hour, text));
					}
				});
			}
		}
		UsageEvent any = events.iterator().next();
		Mono<Long> work = execute("SELECT ensure_usage_month(date_trunc('month', now() AT TIME ZONE 'UTC')::date)")
				.then(execute("UPDATE rollup_watermark SET watermark = '" + this.watermark + "'"))
				.then(insert(EVENTS, events.stream().map(KeptUsage::row).toList()))
				.then(insert(ROLLUPS.formatted("usage_minute"), rows(minutes, any)))
				.then(insert(ROLLUPS.formatted("usage_hour"), rows(hours, any)))
				.then(insert(VALUES, values.stream().map((value) -> {
					Map<String, Object> row = row(value.hour(), any);
					row.put("value", value.text());
					return row;
				}).toList()));
		this.shard.transactional(work).contextWrite(SystemScope.bind()).block(LIMIT);
	}

	private Mono<Long> execute(String sql) {
		return this.shard.client().sql(sql).fetch().all().count();
	}

	private Mono<Long> insert(String sql, List<? extends Map<String, Object>> rows) {
		return this.shard.client().sql(sql).bind(0, Json.of(this.json.writeValueAsString(rows))).fetch().rowsUpdated();
	}

	private static Place place(Metering metering, UsageEvent event, Bucket width, String group) {
		return new Place(metering.id(), event.customer(), width.startOf(event.timestamp()), group);
	}

	private List<Map<String, Object>> rows(Map<Place, Measure> measures, UsageEvent any) {
		return measures.entrySet().stream().map((entry) -> {
			Measure measure = entry.getValue();
			Map<String, Object> row = row(entry.getKey(), any);
			row.put("count", measure.count());
			row.put("sum", measure.sum());
			row.put("min", String.valueOf(measure.min()));
			row.put("max", String.valueOf(measure.max()));
			row.put("latest", String.valueOf(measure.latest()));
			row.put("latest_at", String.valueOf(measure.latestAt()));
			row.put("latest_key", String.valueOf(measure.latestKey()));
			row.put("moment", measure.moment());
			return row;
		}).toList();
	}

	private static Map<String, Object> row(Place place, UsageEvent any) {
		return new TreeMap<>(
				Map.of("organization_id", any.organization(), "live", any.live(), "meter_id", place.meter(),
						"customer_id", place.customer(), "bucket", place.bucket(), "grouping", place.group()));
	}

	private static Map<String, Object> row(UsageEvent event) {
		Map<String, Object> row = new TreeMap<>(Map.of("organization_id", event.organization(), "live", event.live(),
				"customer_id", event.customer(), "metric", event.metric(), "key", event.key(), "quantity",
				event.quantity(), "happened_at", event.timestamp(), "accepted_at", event.acceptedAt()));
		row.put("properties",
				new tools.jackson.databind.util.RawValue(PropertiesFormat.toText(event.properties())));
		return row;
	}

}
