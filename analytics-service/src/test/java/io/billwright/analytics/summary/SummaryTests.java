package io.billwright.analytics.summary;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import org.springframework.transaction.reactive.TransactionalOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.usage.Aggregation;
import io.billwright.analytics.usage.Metering;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;

import static org.assertj.core.api.Assertions.assertThat;

/// Asks for figures at random and compares each with a recount of the events. Hours are kept up to a moment amid the events,
/// and ranges begin and end anywhere.
@PlatformTest(properties = "billwright.usage.counting.compaction-interval=1d")
class SummaryTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final long SEED = 20_261_121;

	private static final List<String> ZONES = List.of("Europe/Berlin", "America/New_York", "Asia/Kolkata",
			"Asia/Kathmandu", "Australia/Lord_Howe");

	private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");

	private static final Instant END = Instant.parse("2026-04-20T00:00:00Z");

	/// Between the days on which clocks are set in America and in Europe.
	private static final Instant WATERMARK = Instant.parse("2026-03-20T07:00:00Z");

	private static final List<String> DIMENSIONS = List.of("region", "tier");

	private final Random random = new Random(SEED);

	private final Tenant tenant = new Tenant(UUID.randomUUID(), true);

	private final Passport passport = Passports.user(new OrganizationId(this.tenant.organization()).text(),
			"usage:read",
			"meters:read", "meters:write");

	private final List<UUID> customers = ZONES.stream().map((zone) -> UUID.randomUUID()).toList();

	private final Map<String, Recounted> definitions = new HashMap<>();

	private final Map<String, Integer> scales = new HashMap<>();

	private List<UsageEvent> events = List.of();

	@Autowired
	private WebTestClient client;

	@Autowired
	private Shards shards;

	@Autowired
	private JsonMapper json;

	@Autowired
	private DatabaseClient database;

	@Autowired
	private TransactionalOperator transaction;

	@BeforeEach
	void useSomething() {
		execute("INSERT INTO organization (version, time_zone, default_currency) VALUES (1, 'Asia/Kolkata', 'EUR')");
		for (int at = 0; at < ZONES.size(); at++) {
			execute("""
					INSERT INTO customer (id, version, external_id, name, time_zone, status, updated_at)
					VALUES ('%s', 1, 'customer-%d', 'Customer %2$d', '%s', 'active', now())"""
					.formatted(new CustomerId(this.customers.get(at)).text(), at, ZONES.get(at)));
		}
		for (Aggregation aggregation : Aggregation.values()) {
			String name = aggregation.name().toLowerCase(Locale.ROOT);
			define(name, new Recounted("request", aggregation, property(aggregation), null), null);
			define(name + "-eu", new Recounted("request", aggregation, property(aggregation), "eu"), 2);
		}
		define("quantity", new Recounted("upload", Aggregation.SUM, null, null), null);
		this.events = Stream.generate(this::event).limit(3_000).toList();
		new KeptUsage(this.shards.all().getFirst(), this.json, WATERMARK).keep(this.events, meterings());
	}

	private static @Nullable String property(Aggregation aggregation) {
		return switch (aggregation) {
			case COUNT -> null;
			case UNIQUE_COUNT -> "user";
			default -> "size";
		};
	}

	@Test
	void summaryWhenAskedForAnythingThenEqualsARecount() {
		int compared = 0;
		for (int round = 0; round < 260; round++) {
			int customer = this.random.nextInt(ZONES.size());
			List<UsageEvent> own = of(customer);
			String slug = pick(this.definitions.keySet().stream().sorted().toList());
			Granularity granularity = pick(List.of(Granularity.values()));
			List<String> groupBy = pick(
					List.of(List.of(), List.of("tier"), List.of("region"), List.of("tier", "region")));
			boolean whole = this.random.nextInt(4) == 0;
			String range = range(whole ? Granularity.MONTH : granularity, ZoneId.of(ZONES.get(customer)));
			JsonNode answer = get("summary/" + customerKey(customer) + "?metric=" + slug + "&" + range
					+ (whole ? "" : "&granularity=" + granularity.name().toLowerCase(Locale.ROOT))
					+ (groupBy.isEmpty() ? "" : "&group_by=" + String.join(",", groupBy)));
			compared += compare(slug, own, groupBy, answer);
		}
		assertThat(compared).isGreaterThan(8_000);
	}

	/// How many figures were compared.
	private int compare(String slug, List<UsageEvent> own, List<String> groupBy, JsonNode answer) {
		Recounted definition = Objects.requireNonNull(this.definitions.get(slug));
		Instant start = instant(answer, "start");
		Instant end = instant(answer, "end");
		Map<Map<String, @Nullable String>, List<UsageEvent>> groups = new HashMap<>(definition.counted(own)
				.stream()
				.filter((event) -> event.timestamp().isBefore(end))
				.filter((event) -> (definition.aggregation() == Aggregation.WEIGHTED_SUM)
						|| !event.timestamp().isBefore(start))
				.collect(Collectors.groupingBy((event) -> Recounted.group(event, groupBy))));
		if (groupBy.isEmpty()) {
			groups.putIfAbsent(Map.of(), List.of());
		}
		assertThat(answer.path("data").size()).as("groups of %s", answer).isEqualTo(groups.size());
		int compared = 0;
		for (JsonNode series : answer.path("data").values()) {
			Map<String, @Nullable String> group = new HashMap<>();
			series.path("group").properties().forEach(
					(entry) -> group.put(entry.getKey(),
							entry.getValue().isNull() ? null : entry.getValue().asString()));
			List<UsageEvent> members = Optional.ofNullable(groups.get(group)).orElseThrow();
			assertFigure(slug, members, start, end, series);
			if (!series.path("buckets").isNull()) {
				Instant reached = start;
				for (JsonNode bucket : series.path("buckets").values()) {
					assertThat(instant(bucket, "start")).isEqualTo(reached);
					reached = instant(bucket, "end");
					assertFigure(slug, members, instant(bucket, "start"), reached, bucket);
					compared++;
				}
				assertThat(reached).isEqualTo(end);
			}
		}
		return compared;
	}

	private void assertFigure(String slug, List<UsageEvent> members, Instant start, Instant end, JsonNode figure) {
		Recounted definition = Objects.requireNonNull(this.definitions.get(slug));
		BigDecimal expected = definition.of(members, start, end, this.scales.get(slug));
		assertThat(figure.path("value").isNull()).as("%s from %s to %s", slug, start, end).isEqualTo(expected == null);
		if (expected != null) {
			assertThat(new BigDecimal(figure.path("value").asString())).as("%s from %s to %s", slug, start, end)
					.isEqualByComparingTo(expected);
		}
		long counted = definition.counted(members)
				.stream()
				.filter((event) -> !event.timestamp().isBefore(start) && event.timestamp().isBefore(end))
				.count();
		assertThat(figure.path("events").asLong()).as("%s from %s to %s", slug, start, end).isEqualTo(counted);
	}

	@Test
	void summaryWhenNoMeterIsNamedThenTellsAllActiveOnes() {
		JsonNode answer = get("summary/customer-0?start_date=2026-03-01&end_date=2026-03-31");
		assertThat(answer.path("data").valueStream().map((series) -> series.path("metric").asString()))
				.containsExactlyElementsOf(this.definitions.keySet().stream().sorted().toList());
		assertThat(answer.path("time_zone").asString()).isEqualTo("Europe/Berlin");
		assertThat(instant(answer, "start")).isEqualTo(Instant.parse("2026-02-28T23:00:00Z"));
		assertThat(instant(answer, "end")).isEqualTo(Instant.parse("2026-03-31T22:00:00Z"));
	}

	@Test
	void seriesWhenAskedForAnythingThenEqualsARecountOfAllCustomers() {
		ZoneId kolkata = ZoneId.of("Asia/Kolkata");
		for (String slug : this.definitions.keySet()) {
			if (Objects.requireNonNull(this.definitions.get(slug)).aggregation() != Aggregation.UNIQUE_COUNT) {
				compare(slug, this.events, List.of(), get("series?metric=" + slug + "&" + days(20, kolkata)));
				compare(slug, this.events, List.of("tier"), get("series?group_by=tier&granularity=hour&metric=" + slug
						+ "&" + days(3, kolkata)));
			}
		}
		JsonNode unique = get("series?metric=unique_count&" + days(20, kolkata));
		Recounted definition = Objects.requireNonNull(this.definitions.get("unique_count"));
		for (JsonNode bucket : unique.at("/data/0/buckets").values()) {
			BigDecimal expected = this.customers.stream()
					.map((customer) -> Objects.requireNonNull(definition.of(of(this.customers.indexOf(customer)),
							instant(bucket, "start"), instant(bucket, "end"), null)))
					.reduce(BigDecimal.ZERO, BigDecimal::add);
			assertThat(new BigDecimal(bucket.path("value").asString())).isEqualByComparingTo(expected);
		}
	}

	@Test
	void topCustomersWhenRankedThenAreInTheOrderOfARecount() {
		for (String slug : this.definitions.keySet()) {
			Recounted definition = Objects.requireNonNull(this.definitions.get(slug));
			JsonNode answer = get("customers/top?limit=3&metric=" + slug
					+ "&start_date=2026-03-10T05:00:00Z&end_date=2026-04-02T09:00:00Z");
			List<BigDecimal> expected = this.customers.stream()
					.map((customer) -> definition.of(of(this.customers.indexOf(customer)), instant(answer, "start"),
							instant(answer, "end"), this.scales.get(slug)))
					.map(Objects::requireNonNull)
					.sorted((one, other) -> other.compareTo(one))
					.limit(3)
					.toList();
			assertThat(answer.path("data").valueStream().map((row) -> new BigDecimal(row.path("value").asString())))
					.as(slug)
					.usingElementComparator(BigDecimal::compareTo)
					.containsExactlyElementsOf(expected);
			assertThat(answer.at("/data/0/customer_name").asString()).startsWith("Customer ");
		}
	}

	@Test
	void eventsWhenReadPageByPageThenTheirRecountEqualsTheFigure() {
		for (String slug : List.of("count", "sum-eu", "max", "weighted_sum", "unique_count", "quantity")) {
			String range = "2026-03-07T01:02:03.5Z&%s=2026-03-29T04:05:06.789Z";
			JsonNode figure = get("summary/customer-0?metric=" + slug + "&start_date=" + range.formatted("end_date"))
					.at("/data/0");
			String query = "events?limit=100&customer=customer-0&metric=" + slug + "&from=" + range.formatted("to");
			List<JsonNode> rows = new ArrayList<>();
			JsonNode page = get(query);
			page.path("data").forEach(rows::add);
			while (page.path("has_more").asBoolean()) {
				page = get(query + "&cursor=" + page.path("next_cursor").asString());
				page.path("data").forEach(rows::add);
			}
			assertThat(rows).as(slug).hasSize(figure.path("events").asInt()).isNotEmpty();
			assertThat(rows).extracting((row) -> row.path("idempotency_key").asString()).doesNotHaveDuplicates();
			assertThat(rows).extracting((row) -> instant(row, "timestamp")).isSorted();
			if (slug.equals("sum-eu") || slug.equals("quantity")) {
				BigDecimal sum = rows.stream()
						.map((row) -> new BigDecimal(row.path("value").asString()))
						.reduce(BigDecimal.ZERO, BigDecimal::add);
				int scale = new BigDecimal(figure.path("value").asString()).scale();
				assertThat(new BigDecimal(figure.path("value").asString()))
						.isEqualByComparingTo(sum.setScale(scale, java.math.RoundingMode.HALF_UP));
			}
		}
	}

	@Test
	void previewWhenAskedForAnythingThenEqualsARecount() {
		for (String slug : this.definitions.keySet()) {
			Recounted definition = Objects.requireNonNull(this.definitions.get(slug));
			JsonNode answer = body(post("/api/v1/meters/preview",
					"""
							{"meter": %s, "customer": "customer-1", "start_date": "2026-03-05", "end_date": "2026-03-11T12:00:00.25Z"}"""
							.formatted(request("never-saved", definition, this.scales.get(slug))))
					.expectStatus().isOk());
			Instant start = instant(answer, "start");
			Instant end = instant(answer, "end");
			for (JsonNode row : answer.path("data").values()) {
				List<UsageEvent> members = of(1).stream()
						.filter((event) -> DIMENSIONS.stream()
								.allMatch((name) -> Objects.equals(Recounted.group(event, DIMENSIONS).get(name),
										row.path("group").path(name).isNull()
												? null
												: row.path("group").path(name).asString())))
						.toList();
				assertFigure(slug, members, start, end, row);
			}
			assertThat(answer.path("data").valueStream().mapToLong((row) -> row.path("events").asLong()).sum())
					.isEqualTo(definition.counted(of(1))
							.stream()
							.filter((event) -> !event.timestamp().isBefore(start) && event.timestamp().isBefore(end))
							.count());
			assertThat(answer.path("events_read").asLong()).isEqualTo(of(1).stream()
					.filter((event) -> event.metric().equals(definition.event()))
					.filter((event) -> !event.timestamp().isBefore(start) && event.timestamp().isBefore(end))
					.count());
		}
	}

	@Test
	void usageWhenOfAnotherTenantOrModeThenDoesNotExist() {
		Passport stranger = Passports.user(Passports.freshId("org"), "usage:read", "meters:read", "meters:write");
		for (Passport other : List.of(stranger, this.passport.inTestMode())) {
			WebTestClient theirs = other.on(this.client);
			get(theirs, "summary/customer-0").expectStatus().isNotFound();
			get(theirs, "summary/" + new CustomerId(this.customers.getFirst()).text()).expectStatus().isNotFound();
			get(theirs, "series?metric=sum").expectStatus().isBadRequest();
			get(theirs, "events?customer=customer-0&metric=sum&from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z")
					.expectStatus()
					.isNotFound();
			assertThat(body(get(theirs, "series?" + days(20, ZoneId.of("UTC"))).expectStatus().isOk()).path("data"))
					.isEmpty();
		}
	}

	@Test
	void usageWhenRequestIsWrongThenSaysWhatIsWrong() {
		assertProblem("summary/customer-0?start_date=yesterday&end_date=2026-1-1&granularity=week", "end_date",
				"granularity", "start_date");
		assertProblem("summary/customer-0?start_date=2026-02-30&end_date=2026-13-01", "start_date", "end_date");
		assertProblem("summary/customer-0?metric=sum,nothing", "metric");
		assertProblem("summary/customer-0?metric=sum&group_by=colour,region,host", "group_by", "group_by");
		assertProblem("summary/customer-0?start_date=2026-03-01&end_date=2026-03-31&granularity=minute", "granularity");
		assertProblem("series?start_date=2026-03-01T00:00:01Z", "start_date");
		assertProblem("customers/top?limit=101", "limit", "metric");
		assertProblem("customers/top?metric=unique_count&start_date=2026-03-01T00:30:00Z&end_date=2026-03-02",
				"start_date");
		assertProblem("events?customer=customer-0&metric=sum&from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "to");
		get(this.passport.on(this.client), "summary/nobody").expectStatus().isNotFound();
		get(this.passport.withScopes("meters:read").on(this.client), "series").expectStatus().isForbidden();
	}

	private void assertProblem(String path, String... fields) {
		JsonNode problem = body(get(this.passport.on(this.client), path).expectStatus().isBadRequest());
		assertThat(problem.path("errors").valueStream().map((error) -> error.path("field").asString()))
				.as(path)
				.containsExactlyInAnyOrder(fields);
	}

	private UsageEvent event() {
		Map<String, @Nullable Object> properties = new HashMap<>();
		properties.put("region", pick(java.util.Arrays.asList("eu", "us", "ap", null)));
		properties.put("tier", pick(List.of(new BigDecimal("1"), new BigDecimal("1.0"), "2")));
		properties.put("user", pick(java.util.Arrays.asList(new BigDecimal(this.random.nextInt(30)),
				String.valueOf(this.random.nextInt(30)), "u" + this.random.nextInt(9), null)));
		properties.put("size", pick(java.util.Arrays.asList(
				new BigDecimal(this.random.nextInt(2_000_000) - 500_000).movePointLeft(this.random.nextInt(7)),
				String.valueOf(this.random.nextInt(500)), "much", null)));
		properties.values().removeIf(Objects::isNull);
		long micros = this.random.nextLong(ChronoUnit.MICROS.between(BEGIN, END));
		Instant accepted = Instant.now(java.time.Clock.systemUTC()).truncatedTo(ChronoUnit.MICROS);
		return new UsageEvent(this.tenant.organization(), true, pick(this.customers),
				pick(List.of("request", "request", "request", "upload")), UUID.randomUUID().toString(),
				new BigDecimal(this.random.nextInt(10_000)).movePointLeft(this.random.nextInt(4)),
				BEGIN.plus(micros, ChronoUnit.MICROS), accepted, properties);
	}

	private List<UsageEvent> of(int customer) {
		return this.events.stream().filter((event) -> event.customer().equals(this.customers.get(customer))).toList();
	}

	private String customerKey(int customer) {
		return pick(List.of("customer-" + customer, "external:customer-" + customer,
				new CustomerId(this.customers.get(customer)).text()));
	}

	/// Of at most some hundred buckets: of days, or between any two moments.
	private String range(Granularity granularity, ZoneId zone) {
		return switch (granularity) {
			case MINUTE -> instants(Duration.ofMinutes(200));
			case HOUR -> this.random.nextBoolean() ? days(4, zone) : instants(Duration.ofHours(90));
			case DAY, MONTH -> this.random.nextBoolean() ? days(30, zone) : instants(Duration.ofDays(35));
		};
	}

	private String days(int most, ZoneId zone) {
		java.time.LocalDate start = BEGIN.atZone(zone).toLocalDate().plusDays(this.random.nextInt(45));
		return "start_date=" + start + "&end_date=" + start.plusDays(this.random.nextInt(most));
	}

	private String instants(Duration most) {
		Instant start = BEGIN.plusMillis(this.random.nextLong(Duration.between(BEGIN, END).toMillis()));
		return "start_date=" + start + "&end_date=" + start.plusMillis(1 + this.random.nextLong(most.toMillis()));
	}

	private <T extends @Nullable Object> T pick(List<T> values) {
		return values.get(this.random.nextInt(values.size()));
	}

	private void define(String slug, Recounted definition, @Nullable Integer scale) {
		this.definitions.put(slug, definition);
		if (scale != null) {
			this.scales.put(slug, scale);
		}
		post("/api/v1/meters", request(slug, definition, scale)).expectStatus().isCreated();
	}

	private String request(String slug, Recounted definition, @Nullable Integer scale) {
		Map<String, Object> request = new HashMap<>(Map.of("slug", slug, "name", slug, "event_name", definition.event(),
				"aggregation", definition.aggregation().name().toLowerCase(Locale.ROOT), "dimensions", DIMENSIONS));
		if (definition.property() != null) {
			request.put("value_property", definition.property());
		}
		if (definition.region() != null) {
			request.put("filters", List.of(Map.of("property", "region", "values", List.of(definition.region()))));
		}
		if (scale != null) {
			request.put("rounding", Map.of("scale", scale));
		}
		return this.json.writeValueAsString(request);
	}

	private List<Metering> meterings() {
		return run(this.database.sql("SELECT slug, definition FROM meter")
				.map((row) -> Map.entry(Objects.requireNonNull(row.get("slug", String.class)),
						Objects.requireNonNull(row.get("definition", UUID.class))))
				.all()
				.map((row) -> metering(row.getKey(), row.getValue()))
				.collectList());
	}

	private Metering metering(String slug, UUID definition) {
		Recounted meter = Objects.requireNonNull(this.definitions.get(slug));
		List<Metering.Filter> filters = (meter.region() == null)
				? List.of()
				: List.of(new Metering.Filter("region", Metering.Filter.Operator.IN, List.of(meter.region())));
		return new Metering(definition, this.tenant.organization(), true, meter.event(), meter.aggregation(),
				meter.property(), filters, DIMENSIONS);
	}

	private static Instant instant(JsonNode node, String field) {
		return Instant.parse(node.path(field).asString());
	}

	private JsonNode get(String path) {
		return body(get(this.passport.on(this.client), path).expectStatus().isOk());
	}

	private static ResponseSpec get(WebTestClient client, String path) {
		return client.get().uri("/api/v1/usage/" + path).exchange();
	}

	private ResponseSpec post(String path, String body) {
		return this.passport.on(this.client)
				.post()
				.uri(path)
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(body)
				.exchange();
	}

	private static JsonNode body(ResponseSpec answer) {
		return Objects.requireNonNull(answer.expectBody(JsonNode.class).returnResult().getResponseBody());
	}

	private void execute(String sql) {
		run(this.database.sql(sql).fetch().rowsUpdated());
	}

	private <T> T run(reactor.core.publisher.Mono<T> work) {
		return work.as(this.transaction::transactional).contextWrite(this.tenant.bind()).blockOptional(LIMIT)
				.orElseThrow();
	}

}
