package io.billwright.analytics.correction;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import tools.jackson.databind.JsonNode;

import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.summary.Recounted;
import io.billwright.analytics.usage.Aggregation;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.analytics.wire.PropertiesFormat;
import io.billwright.analytics.wire.UsageEventFormat;
import io.billwright.analytics.wire.UsageTopics;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.tenancy.SystemScope;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.servers.EmbeddedServers;

import static io.billwright.analytics.TestShards.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/// An organization with one meter of each aggregation, whose customers' events are counted as all are; and what their figures
/// must be, from the events alone.
public final class Metered {

	public static final Duration LIMIT = Duration.ofSeconds(60);

	public static final String CORRECTIONS = "/api/v1/usage/corrections";

	public final Tenant tenant = new Tenant(UUID.randomUUID(), true);

	public final Passport passport = Passports.user(new OrganizationId(this.tenant.organization()).text(), "usage:read",
			"usage:write", "meters:read", "meters:write", "allowances:write");

	public final List<UUID> customers = Stream.generate(UUID::randomUUID).limit(3).toList();

	public final Instant now;

	private final Map<Aggregation, String> meters = new EnumMap<>(Aggregation.class);

	private final Random random;

	private final Shards shards;

	private final WebTestClient client;

	public Metered(long seed, WebTestClient client, Shards shards) {
		this(seed, client, shards, Instant.now(Clock.systemUTC()));
	}

	/// @param now when events are accepted
	public Metered(long seed, WebTestClient client, Shards shards, Instant now) {
		this.now = now.truncatedTo(ChronoUnit.MICROS);
		this.random = new Random(seed);
		this.shards = shards;
		this.client = this.passport.on(client.mutate().responseTimeout(LIMIT).build());
	}

	public static @Nullable String property(Aggregation aggregation) {
		return switch (aggregation) {
			case COUNT -> null;
			case UNIQUE_COUNT -> "user";
			default -> "size";
		};
	}

	public void meter(Aggregation aggregation) {
		String slug = aggregation.name().toLowerCase(Locale.ROOT);
		String property = property(aggregation);
		JsonNode meter = body(post("/api/v1/meters",
				"""
						{"slug": "%s", "name": "Requests", "event_name": "request", "aggregation": "%s", "value_property": %s,
						 "dimensions": ["region"]}"""
						.formatted(slug, slug, (property != null) ? "\"" + property + "\"" : "null"))
				.expectStatus()
				.isCreated());
		this.meters.put(aggregation, meter.path("id").asString());
	}

	public void archive(Aggregation aggregation) {
		post("/api/v1/meters/" + this.meters.get(aggregation) + "/archive", "").expectStatus().isOk();
	}

	public String meterId(Aggregation aggregation) {
		return Objects.requireNonNull(this.meters.get(aggregation));
	}

	public void patch(String path, String body) {
		this.client.patch()
				.uri(path)
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(body)
				.exchange()
				.expectStatus()
				.isOk();
	}

	/// An event of the last or the next hours, many of which share their minute.
	public UsageEvent event(String key) {
		return new UsageEvent(this.tenant.organization(), true, pick(this.customers), "request", key, BigDecimal.ONE,
				timestamp(Duration.ofHours(6)), this.now, properties());
	}

	public Instant timestamp(Duration ahead) {
		return this.now.plus(this.random.nextLong(-300, ahead.toMinutes()) / 20 * 20, ChronoUnit.MINUTES)
				.truncatedTo(ChronoUnit.MINUTES)
				.plusMillis(this.random.nextLong(60_000));
	}

	public Map<String, @Nullable Object> properties() {
		return Map.of("size", new BigDecimal(this.random.nextInt(-200, 1_000)).movePointLeft(2), "user",
				"user-" + this.random.nextInt(12), "region", pick(List.of("eu", "us")));
	}

	public <T> T pick(List<T> values) {
		return values.get(this.random.nextInt(values.size()));
	}

	public int random(int bound) {
		return this.random.nextInt(bound);
	}

	public Shard shardOf(UUID customer) {
		return Objects.requireNonNull(this.shards.of(this.tenant.organization(), customer).block(LIMIT));
	}

	public void send(Collection<UsageEvent> events) {
		try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
				Map.of("bootstrap.servers", EmbeddedServers.kafka().bootstrapServers(), "acks", "all"),
				new StringSerializer(), new ByteArraySerializer())) {
			events.forEach((event) -> producer.send(
					new ProducerRecord<>(UsageTopics.ofShard(shardOf(event.customer()).number()),
							UsageTopics.keyOf(event), UsageEventFormat.write(event))));
			producer.flush();
		}
	}

	/// Waits until so many keys are known.
	public void awaitKeys(long keys) {
		eventually(() -> this.shards.all().stream().mapToLong(this::keys).sum() == keys);
	}

	private long keys(Shard shard) {
		return number(shard, "SELECT count(*) FROM usage_event WHERE organization_id = '%s'"
				.formatted(this.tenant.organization()));
	}

	public static long number(Shard shard, String sql) {
		return Objects.requireNonNull(shard.reading(shard.client().sql(sql).mapValue(Long.class).one())
				.contextWrite(SystemScope.bind())
				.block(LIMIT));
	}

	public void voidEvent(UsageEvent event) {
		correct(event, "\"type\": \"void\"").expectStatus().isCreated();
	}

	/// The event as it is then.
	public UsageEvent amend(UsageEvent event) {
		boolean moved = random(2) == 0;
		Instant timestamp = moved ? timestamp(Duration.ofMinutes(4)) : event.timestamp();
		UsageEvent amended = new UsageEvent(event.organization(), event.live(), event.customer(), event.metric(),
				event.key(), event.quantity(), timestamp, event.acceptedAt(), properties());
		correct(event, "\"type\": \"amend\", %s\"properties\": %s".formatted(
				moved ? "\"timestamp\": \"" + timestamp + "\", " : "",
				PropertiesFormat.toText(amended.properties()))).expectStatus().isCreated();
		return amended;
	}

	public ResponseSpec correct(UsageEvent event, String fields) {
		return post(CORRECTIONS, """
				{"customer": "%s", "idempotency_key": "%s", "reason": "It was wrong", %s}"""
				.formatted(new CustomerId(event.customer()), event.key(), fields));
	}

	public ResponseSpec post(String path, String body) {
		return this.client.post().uri(path).contentType(MediaType.APPLICATION_JSON).bodyValue(body).exchange();
	}

	public JsonNode get(String path) {
		return body(this.client.get().uri(path).exchange().expectStatus().isOk());
	}

	public static JsonNode body(ResponseSpec answer) {
		return Objects.requireNonNull(answer.expectBody(JsonNode.class).returnResult().getResponseBody());
	}

	/// Every figure is that of the events, over the whole, each hour, a range that cuts minutes in two, and by region; and the
	/// events behind each are these.
	///
	/// @param frozen what an archived meter has for the events
	public void verify(Collection<UsageEvent> events, Map<Aggregation, List<UsageEvent>> frozen) {
		Instant start = this.now.minus(7, ChronoUnit.HOURS).truncatedTo(ChronoUnit.HOURS);
		Instant end = this.now.plus(8, ChronoUnit.HOURS).truncatedTo(ChronoUnit.HOURS);
		Instant within = this.now.plusSeconds(12).plusMillis(345);
		for (Aggregation aggregation : this.meters.keySet()) {
			Recounted recounted = new Recounted("request", aggregation, property(aggregation), null);
			List<UsageEvent> counted = frozen.getOrDefault(aggregation, List.copyOf(events));
			for (UUID customer : this.customers) {
				List<UsageEvent> own = counted.stream().filter((event) -> event.customer().equals(customer)).toList();
				String path = "/api/v1/usage/summary/%s?metric=%s".formatted(new CustomerId(customer),
						aggregation.name().toLowerCase(Locale.ROOT));
				eventually(() -> get(path).path("complete").asBoolean());
				JsonNode hours = get(path + range("start_date", start, "end_date", end) + "&granularity=hour");
				compare(recounted, own, start, end, hours.at("/data/0"));
				hours.at("/data/0/buckets").forEach((bucket) -> compare(recounted, own,
						Instant.parse(bucket.path("start").asString()), Instant.parse(bucket.path("end").asString()),
						bucket));
				compare(recounted, own, start, within,
						get(path + range("start_date", start, "end_date", within)).at("/data/0"));
				compareGroups(recounted, own, start, end,
						get(path + range("start_date", start, "end_date", end) + "&group_by=region"));
				assertThat(listed(customer, aggregation, start, end)).as("events of %s", aggregation)
						.containsExactlyInAnyOrderElementsOf(recounted.counted(own)
								.stream()
								.map((event) -> event.key() + " " + event.timestamp())
								.toList());
			}
		}
	}

	private void compareGroups(Recounted recounted, List<UsageEvent> own, Instant start, Instant end, JsonNode groups) {
		List<String> regions = own.stream()
				.map((event) -> String.valueOf(event.properties().get("region")))
				.distinct()
				.sorted()
				.toList();
		assertThat(groups.path("data").valueStream().map((group) -> group.at("/group/region").asString()))
				.containsExactlyElementsOf(regions);
		groups.path("data").forEach((group) -> compare(recounted, own.stream()
				.filter((event) -> group.at("/group/region").asString().equals(event.properties().get("region")))
				.toList(), start, end, group));
	}

	private static void compare(Recounted recounted, List<UsageEvent> own, Instant start, Instant end,
			JsonNode figure) {
		String name = "%s from %s to %s".formatted(recounted, start, end);
		BigDecimal expected = recounted.of(own, start, end, null);
		JsonNode told = figure.path("value");
		assertThat(told.isNull() ? null : new BigDecimal(told.asString())).as(name)
				.usingComparator(java.util.Comparator.nullsFirst(BigDecimal::compareTo))
				.isEqualTo(expected);
		assertThat(figure.path("events").asLong()).as(name).isEqualTo(recounted.counted(own)
				.stream()
				.filter((event) -> !event.timestamp().isBefore(start) && event.timestamp().isBefore(end))
				.count());
	}

	/// Lines as `key timestamp` of all pages.
	private List<String> listed(UUID customer, Aggregation aggregation, Instant start, Instant end) {
		String path = "/api/v1/usage/events?limit=100&customer=%s&metric=%s".formatted(new CustomerId(customer),
				aggregation.name().toLowerCase(Locale.ROOT)) + range("from", start, "to", end);
		List<String> rows = new ArrayList<>();
		JsonNode page = get(path);
		while (true) {
			page.path("data").forEach((row) -> rows.add(row.path("idempotency_key").asString() + " "
					+ Instant.parse(row.path("timestamp").asString())));
			if (!page.path("has_more").asBoolean()) {
				return rows;
			}
			page = get(path + "&cursor=" + page.path("next_cursor").asString());
		}
	}

	private static String range(String from, Instant start, String to, Instant end) {
		return "&%s=%s&%s=%s".formatted(from, start, to, end);
	}

	/// What is kept by the minute and by the hour never disagree, and nothing is kept of no event.
	public void verifyRollups() {
		for (Shard shard : this.shards.all()) {
			assertThat(number(shard,
					"""
							WITH minute AS (
								SELECT meter_id, customer_id, grouping, date_bin('1 hour', bucket, timestamptz '2000-01-01 00:00+00') AS bucket,
									sum(count) AS count, sum(sum) AS sum, min(min) AS min, max(max) AS max, sum(moment) AS moment,
									(array_agg(latest ORDER BY latest_at DESC, latest_key DESC))[1] AS latest
								FROM usage_minute WHERE bucket < (SELECT watermark FROM rollup_watermark) GROUP BY 1, 2, 3, 4
							)
							SELECT count(*) FROM minute
							FULL JOIN usage_hour AS hour USING (meter_id, customer_id, grouping, bucket)
							WHERE (minute.count, minute.sum, minute.min, minute.max, minute.moment, minute.latest)
								IS DISTINCT FROM (hour.count, hour.sum, hour.min, hour.max, hour.moment, hour.latest)"""))
					.isZero();
			assertThat(number(shard, "SELECT count(*) FROM usage_minute WHERE count <= 0")).isZero();
		}
	}

}
