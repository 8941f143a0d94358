package io.billwright.analytics.retention;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.http.MediaType;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import io.billwright.analytics.TestShards;
import io.billwright.analytics.correction.Metered;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.retention.Retention.Command;
import io.billwright.analytics.retention.Retention.Operation;
import io.billwright.analytics.retention.UsageMonth.State;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.usage.Aggregation;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.platform.tenancy.SystemScope;
import io.billwright.platform.test.PlatformTest;
import io.billwright.platform.test.servers.EmbeddedServers;

import static io.billwright.analytics.TestShards.eventually;
import static io.billwright.analytics.correction.Metered.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/// An organization on two shards, with events of every kind of meter that were accepted in the youngest month that may go.
@PlatformTest(properties = {"billwright.usage.counting.batch-wait=50ms",
	"billwright.usage.counting.compaction-interval=1d", "billwright.usage.counting.measure-interval=100ms",
	"billwright.usage.counting.backoff.max=1s", "billwright.usage.retention.months=2",
	"billwright.usage.retention.interval=1d", "billwright.usage.retention.chunk=7",
	"billwright.usage.retention.patience=2s"})
class RetentionTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final List<String> SHARDS = List.of(EmbeddedServers.freshDatabase(),
			EmbeddedServers.freshDatabase());

	private static final YearMonth MONTH = YearMonth.now(Clock.systemUTC()).minusMonths(3);

	private static final Instant MIDDLE = MONTH.atDay(15).atTime(12, 30).toInstant(ZoneOffset.UTC);

	private static final Path ARCHIVE = directory();

	@Autowired
	private WebTestClient client;

	@Autowired
	private Shards shards;

	@Autowired
	private DatabaseClient database;

	@Autowired
	private TransactionalOperator transaction;

	@Autowired
	private Retention retention;

	@Autowired
	private ArchiveMonth archiveMonth;

	@Autowired
	private FlakyArchive archive;

	@Autowired
	private MeterRegistry registry;

	@LocalManagementPort
	private int managementPort;

	private Metered metered;

	@TestConfiguration
	static class Flaky {

		@Bean
		@Primary
		FlakyArchive flakyArchive() {
			return new FlakyArchive(new DirectoryArchive(ARCHIVE));
		}

	}

	@DynamicPropertySource
	static void shards(DynamicPropertyRegistry properties) {
		TestShards.register(properties, SHARDS);
		properties.add("billwright.usage.retention.archive", ARCHIVE::toString);
	}

	private static Path directory() {
		try {
			return Files.createTempDirectory("usage-archive");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@BeforeEach
	void beMetered() {
		this.archive.repair();
		this.shards.all().forEach((shard) -> months(shard));
		String partition = MONTH.toString().replace('-', '_');
		SHARDS.forEach((shard) -> execute(shard,
				"DROP TABLE IF EXISTS usage_event_%1$s, usage_restore_%1$s".formatted(partition),
				"TRUNCATE usage_month, usage_archived, meter_gap, meter_activation",
				"UPDATE rollup_watermark SET meters_version = meters_version + 1",
				"SELECT ensure_usage_month('%s')".formatted(MONTH.atDay(1))));
		this.metered = metered(20_261_125);
	}

	private Metered metered(long seed) {
		Metered made = Stream.generate(() -> new Metered(seed, this.client, this.shards, MIDDLE))
				.filter(RetentionTests::isOnBothShards)
				.findFirst()
				.orElseThrow();
		run(made, "INSERT INTO shard_assignment (organization_id, shards) VALUES ('%s', '{0,1}')"
				.formatted(made.tenant.organization()));
		made.customers.forEach((customer) -> run(made, """
				INSERT INTO customer (id, version, name, time_zone, status, updated_at)
				VALUES ('%s', 1, 'Somebody', 'UTC', 'active', now())""".formatted(new CustomerId(customer).text())));
		return made;
	}

	private static boolean isOnBothShards(Metered made) {
		return made.customers.stream().map((customer) -> Math.floorMod(customer.hashCode(), 2)).distinct().count() == 2;
	}

	private void run(Metered whose, String sql) {
		TestShards.run(this.database, this.transaction, whose.tenant, sql);
	}

	private static void execute(String shard, String... statements) {
		try (Connection connection = connect(shard); Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
		catch (SQLException exception) {
			throw new IllegalStateException(exception);
		}
	}

	private static Connection connect(String shard) throws SQLException {
		return DriverManager.getConnection(EmbeddedServers.postgres().jdbcUrl(shard), "postgres",
				EmbeddedServers.postgres().password());
	}

	private List<UsageMonth> months(Shard shard) {
		return Objects.requireNonNull(new MonthTable(shard, LIMIT).all().collectList().block(LIMIT));
	}

	private UsageMonth month(Shard shard) {
		return months(shard).stream().filter((each) -> each.month().equals(MONTH)).findFirst().orElseThrow();
	}

	private List<State> states() {
		return this.shards.all().stream().map((shard) -> month(shard).state()).toList();
	}

	/// Begins a command and waits for its end.
	private String command(Operation operation) {
		return command(new Command(operation, MONTH, null, false));
	}

	private String command(Command command) {
		eventually(() -> this.retention.begin(command));
		eventually(() -> !this.retention.progress().isRunning());
		return Objects.requireNonNullElse(this.retention.progress().error(), "done");
	}

	/// Corrected events, counted.
	private Map<String, UsageEvent> usage() {
		Stream.of(Aggregation.values()).forEach(this.metered::meter);
		List<UsageEvent> sent = IntStream.range(0, 150).mapToObj((at) -> this.metered.event("event-" + at)).toList();
		this.metered.send(sent);
		this.metered.awaitKeys(150);
		Map<String, UsageEvent> left = new TreeMap<>();
		sent.forEach((event) -> left.put(event.key(), event));
		for (UsageEvent event : sent.subList(0, 20)) {
			if (this.metered.random(3) == 0) {
				this.metered.voidEvent(event);
				left.remove(event.key());
			}
			else {
				left.put(event.key(), this.metered.amend(event));
			}
		}
		return left;
	}

	/// Every event to the last column.
	private List<String> raw() {
		return this.shards.all()
				.stream()
				.map((shard) -> Objects.requireNonNull(shard
						.reading(shard.client()
								.sql("""
										SELECT coalesce(string_agg(event::text, E'\\n' ORDER BY seq), '') FROM usage_event AS event
										WHERE accepted_month = $1""")
								.bind(0, MONTH.atDay(1))
								.mapValue(String.class)
								.one())
						.contextWrite(SystemScope.bind())
						.block(LIMIT)))
				.toList();
	}

	private static String name(Aggregation aggregation) {
		return aggregation.name().toLowerCase(Locale.ROOT);
	}

	/// What all customers have used of everything, hour by hour.
	private List<JsonNode> figures() {
		List<JsonNode> figures = new ArrayList<>();
		for (UUID customer : this.metered.customers) {
			figures.add(
					this.metered.get("/api/v1/usage/summary/%s?granularity=hour&start_date=%s&end_date=%s".formatted(
							new CustomerId(customer), MIDDLE.truncatedTo(ChronoUnit.HOURS).minus(7, ChronoUnit.HOURS),
							MIDDLE.truncatedTo(ChronoUnit.HOURS).plus(8, ChronoUnit.HOURS))).path("data"));
		}
		return figures;
	}

	private void requireArchived(ResponseSpec answer) {
		JsonNode problem = body(answer.expectStatus().isEqualTo(409));
		assertThat(problem.path("code").asString()).isEqualTo("usage_archived");
		assertThat(problem.path("detail").asString()).contains(MONTH.toString());
	}

	private ResponseSpec ask(Metered who, String path) {
		return who.passport.on(this.client.mutate().responseTimeout(LIMIT).build()).get().uri(path).exchange();
	}

	private static String events(UUID customer, Aggregation aggregation, Instant from, Instant to) {
		return "/api/v1/usage/events?customer=%s&metric=%s&from=%s&to=%s".formatted(new CustomerId(customer),
				name(aggregation), from, to);
	}

	@Test
	void monthWhenArchivedAndRestoredThenFiguresStayAndEventsComeBackToTheLastDigit() throws Exception {
		Map<String, UsageEvent> left = usage();
		// Sequence numbers may have wide gaps.
		SHARDS.forEach(
				(shard) -> execute(shard, "UPDATE usage_event SET seq = seq - 17592186044416 WHERE seq % 3 = 0"));
		this.metered.verify(left.values(), Map.of());
		List<String> raw = raw();
		List<JsonNode> figures = figures();
		UsageEvent any = left.values().iterator().next();
		Instant from = any.timestamp().minusSeconds(7);
		String listing = events(any.customer(), Aggregation.SUM, from, any.timestamp().plusSeconds(60));

		assertThat(command(Operation.ARCHIVE)).isEqualTo("done");
		assertThat(states()).containsOnly(State.ARCHIVED);
		assertThat(raw()).containsOnly("");
		assertThat(figures()).isEqualTo(figures);
		assertThat(this.shards.all().stream().mapToLong((shard) -> month(shard).events()).sum()).isEqualTo(150);
		requireArchived(ask(this.metered, listing));
		requireArchived(ask(this.metered, "/api/v1/usage/summary/%s?metric=sum&start_date=%s&end_date=%s"
				.formatted(new CustomerId(any.customer()), from, MIDDLE.plus(6, ChronoUnit.HOURS))));
		requireArchived(this.metered.correct(any, "\"type\": \"void\""));
		requireArchived(this.metered.post("/api/v1/meters/preview", """
				{"meter": {"slug": "other", "name": "Other", "event_name": "request", "aggregation": "count"},
				 "customer": "%s", "start_date": "%s", "end_date": "%s"}""".formatted(new CustomerId(any.customer()),
				from, MIDDLE.plus(6, ChronoUnit.HOURS))));
		requireArchived(backfill(any.customer()));
		// What was never there is not missing.
		ask(this.metered, events(any.customer(), Aggregation.SUM, MIDDLE.plus(20, ChronoUnit.DAYS),
				MIDDLE.plus(21, ChronoUnit.DAYS))).expectStatus().isOk();
		Metered other = metered(1);
		other.meter(Aggregation.SUM);
		ask(other, events(other.customers.getFirst(), Aggregation.SUM, from, MIDDLE)).expectStatus().isOk();

		assertThat(command(Operation.RESTORE)).isEqualTo("done");
		assertThat(states()).containsOnly(State.RESTORED);
		assertThat(raw()).isEqualTo(raw);
		this.metered.verify(left.values(), Map.of());
		// It goes again as it came, and is not archived anew.
		long files = files();
		assertThat(command(Operation.DROP)).isEqualTo("done");
		assertThat(states()).containsOnly(State.ARCHIVED);
		assertThat(files()).isEqualTo(files);

		// A restored month can be corrected, and goes as it is then.
		assertThat(command(Operation.RESTORE)).isEqualTo("done");
		this.metered.voidEvent(any);
		left.remove(any.key());
		List<String> corrected = raw();
		assertThat(corrected).isNotEqualTo(raw);
		assertThat(command(new Command(Operation.DROP, MONTH, this.metered.shardOf(any.customer()).number(), false)))
				.contains("is not archived");
		expire();
		this.retention.round().block(LIMIT);
		assertThat(states()).containsOnly(State.ARCHIVED);
		assertThat(files()).isEqualTo(files + 2);
		assertThat(command(Operation.RESTORE)).isEqualTo("done");
		assertThat(raw()).isEqualTo(corrected);
		this.metered.verify(left.values(), Map.of());
		this.metered.verifyRollups();
	}

	private void expire() {
		SHARDS.forEach((shard) -> execute(shard, "UPDATE usage_month SET kept_until = now() - interval '1 second'"));
	}

	private ResponseSpec backfill(UUID customer) {
		String id = body(this.metered.post("/api/v1/usage/backfills", """
				{"customer": "%s", "metric": "request", "start_date": "%s", "end_date": "%s", "reason": "All wrong"}"""
				.formatted(new CustomerId(customer), MIDDLE.minus(5, ChronoUnit.HOURS), MIDDLE))
				.expectStatus()
				.isCreated()).path("id").asString();
		requireArchived(ask(this.metered, "/api/v1/usage/backfills/" + id + "/preview"));
		return this.metered.post("/api/v1/usage/backfills/" + id + "/apply", "");
	}

	private static long files() throws IOException {
		try (Stream<Path> files = Files.walk(ARCHIVE)) {
			return files.filter(Files::isRegularFile).count();
		}
	}

	@Test
	void monthWhenAStepFailsThenNothingIsLostAndAnotherRunFinishesIt() throws Exception {
		Map<String, UsageEvent> left = usage();
		List<String> raw = raw();
		List<JsonNode> figures = figures();
		for (String step : List.of("begin", "write", "complete", "flip", "open", "size", "begin json",
				"complete json")) {
			this.archive.breakAt(step.split(" ")[0],
					(name) -> step.endsWith(" json") == name.endsWith(".json"));
			assertThat(command(Operation.ARCHIVE)).as(step).isNotEqualTo("done");
			assertThat(states()).as(step).doesNotContain(State.ARCHIVED);
			assertThat(raw()).as(step).isEqualTo(raw);
			try (Stream<Path> files = Files.walk(ARCHIVE)) {
				assertThat(files.filter((file) -> file.toString().endsWith(".part"))).as(step).isEmpty();
			}
		}
		this.archive.repair();
		// The month is fenced by now: nothing of it changes any more.
		UsageEvent any = left.values()
				.stream()
				.filter((event) -> this.metered.shardOf(event.customer()).number() == 0)
				.findFirst()
				.orElseThrow();
		requireArchived(this.metered.correct(any, "\"type\": \"void\""));
		assertThat(figures()).isEqualTo(figures);
		try (Connection reader = connect(SHARDS.getFirst()); Statement statement = reader.createStatement()) {
			reader.setAutoCommit(false);
			statement.execute("SELECT count(*) FROM usage_event");
			assertThat(command(Operation.ARCHIVE)).contains("being read");
		}
		assertThat(raw()).isEqualTo(raw);
		long files = files();
		assertThat(command(Operation.ARCHIVE)).isEqualTo("done");
		assertThat(files()).as("of the first shard an archive was there already").isEqualTo(files + 2);
		assertThat(figures()).isEqualTo(figures);

		for (String step : List.of("open", "open json")) {
			this.archive.breakAt("open", (name) -> step.endsWith(" json") == name.endsWith(".json"));
			assertThat(command(Operation.RESTORE)).as(step).isNotEqualTo("done");
			assertThat(states()).as(step).containsOnly(State.ARCHIVED);
			assertThat(raw()).as(step).containsOnly("");
		}
		this.archive.repair();
		try (Connection reader = connect(SHARDS.getFirst()); Statement statement = reader.createStatement()) {
			reader.setAutoCommit(false);
			statement.execute("SELECT count(*) FROM usage_event");
			assertThat(command(Operation.RESTORE)).contains("being read");
		}
		assertThat(raw()).containsOnly("");
		assertThat(command(Operation.RESTORE)).isEqualTo("done");
		assertThat(raw()).isEqualTo(raw);
		this.metered.verify(left.values(), Map.of());
	}

	@Test
	void archiveWhenDamagedThenIsRefusedAndNothingOfItIsSeen() throws Exception {
		usage();
		List<String> raw = raw();
		assertThat(command(Operation.ARCHIVE)).isEqualTo("done");
		Path file = ARCHIVE
				.resolve(Objects.requireNonNull(month(this.shards.all().getFirst()).archive()) + ".ndjson.gz");
		byte[] whole = Files.readAllBytes(file);
		Files.write(file, Arrays.copyOf(whole, whole.length - 20));
		assertThat(command(Operation.RESTORE)).isNotEqualTo("done");
		String lines;
		try (InputStream stream = new GZIPInputStream(new ByteArrayInputStream(whole))) {
			lines = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
		}
		write(file, lines.replaceFirst("\"size\": ", "\"size\": 1"));
		assertThat(command(Operation.RESTORE)).contains("damaged");
		write(file, lines.substring(lines.indexOf('\n') + 1));
		assertThat(command(Operation.RESTORE)).contains("damaged");
		write(file, "no JSON\n" + lines);
		assertThat(command(Operation.RESTORE)).isNotEqualTo("done");
		assertThat(states()).containsOnly(State.ARCHIVED);
		assertThat(raw()).containsOnly("");

		Files.write(file, whole);
		assertThat(command(Operation.RESTORE)).isEqualTo("done");
		assertThat(raw()).isEqualTo(raw);
	}

	private static void write(Path file, String lines) throws IOException {
		try (OutputStream stream = new GZIPOutputStream(Files.newOutputStream(file))) {
			stream.write(lines.getBytes(StandardCharsets.UTF_8));
		}
	}

	@Test
	void monthWhenTwoInstancesAreAtItThenIsArchivedOnce() {
		usage();
		List<String> raw = raw();
		Shard shard = this.shards.all().getFirst();
		UsageMonth present = month(shard);
		assertThatExceptionOfType(ShardLock.Busy.class).isThrownBy(() -> ShardLock
				.alone(shard, ShardLock.alone(shard, this.archiveMonth.archive(shard, present, (events) -> {
				})))
				.block(LIMIT));
		assertThat(month(shard).state()).isEqualTo(State.PRESENT);
		// And where the lock is lost, only the latest attempt has a say.
		List<String> ends = Objects.requireNonNull(Flux
				.merge(IntStream.range(0, 3)
						.mapToObj((at) -> this.archiveMonth.archive(shard, present, (events) -> {
						})
								.map((events) -> "archived")
								.onErrorResume((error) -> Mono.just("refused")))
						.toList())
				.collectList()
				.block(LIMIT));
		assertThat(ends).contains("archived");
		assertThat(month(shard).state()).isEqualTo(State.ARCHIVED);
		assertThat(command(new Command(Operation.RESTORE, MONTH, 0, false))).isEqualTo("done");
		assertThat(raw()).isEqualTo(raw);
	}

	@Test
	void eventWhenItComesLateThenCountsInTheArchivedMonthsFiguresAndCannotBeRecounted() {
		Map<String, UsageEvent> left = usage();
		assertThat(command(Operation.ARCHIVE)).isEqualTo("done");
		UsageEvent any = left.values().iterator().next();
		Instant now = Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.MICROS);
		UsageEvent late = new UsageEvent(any.organization(), true, any.customer(), "request", "late", BigDecimal.ONE,
				any.timestamp(), now, any.properties());
		// And one that stood in the queue since the month: it goes to the dead letters and the partition goes on.
		UsageEvent stuck = new UsageEvent(any.organization(), true, any.customer(), "request", "stuck",
				BigDecimal.ONE, any.timestamp(), MIDDLE, any.properties());
		this.metered.send(List.of(stuck, late));
		this.metered.awaitKeys(1);
		String count = "/api/v1/usage/summary/%s?metric=count&start_date=%s&end_date=%s".formatted(
				new CustomerId(any.customer()), MIDDLE.truncatedTo(ChronoUnit.DAYS),
				MIDDLE.truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS));
		long before = left.values().stream().filter((event) -> event.customer().equals(any.customer())).count();
		eventually(() -> this.metered.get(count).at("/data/0/value").asString().equals(String.valueOf(before + 1)));
		// Its minute would be made anew of what is there, which is not all.
		requireArchived(this.metered.correct(late, "\"type\": \"void\""));
		assertThat(this.metered.get(count).at("/data/0/value").asString()).isEqualTo(String.valueOf(before + 1));
		assertThat(command(Operation.RESTORE)).isEqualTo("done");
		this.metered.voidEvent(late);
		this.metered.verify(left.values(), Map.of());
	}

	@Test
	void meterWhenMadeAfterAMonthWasArchivedThenSaysThatItIsNotComplete() {
		this.metered.meter(Aggregation.SUM);
		UsageEvent event = this.metered.event("first");
		this.metered.send(List.of(event));
		this.metered.awaitKeys(1);
		Shard shard = this.metered.shardOf(event.customer());
		// Not while a meter is still counting them.
		execute(SHARDS.get(shard.number()), "UPDATE meter_activation SET cut_seq = cut_seq + 1000000");
		execute(SHARDS.get(shard.number()), """
				CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE lock_not_available; END';
				CREATE TRIGGER hold BEFORE UPDATE ON meter_activation FOR EACH ROW EXECUTE FUNCTION hold()""");
		assertThat(command(Operation.ARCHIVE)).contains("a meter still counts");
		execute(SHARDS.get(shard.number()), "DROP FUNCTION hold CASCADE",
				"UPDATE meter_activation SET backfilled_seq = cut_seq");
		assertThat(command(Operation.ARCHIVE)).isEqualTo("done");
		this.metered.meter(Aggregation.COUNT);
		this.metered.meter(Aggregation.WEIGHTED_SUM);

		Instant day = MIDDLE.truncatedTo(ChronoUnit.DAYS).minus(1, ChronoUnit.DAYS);
		eventually(() -> isComplete(event, "sum", day));
		eventually(() -> isComplete(event, "count", day.plus(10, ChronoUnit.DAYS)));
		assertThat(isComplete(event, "count", day)).isFalse();
		assertThat(isComplete(event, "weighted_sum", day.plus(10, ChronoUnit.DAYS))).isFalse();
		UUID other = this.metered.customers.stream()
				.filter((customer) -> !customer.equals(event.customer()))
				.findFirst()
				.orElseThrow();
		assertThat(this.metered.get(summary(other, "count", day)).path("complete").asBoolean()).isTrue();
	}

	/// Both would need events to be told exactly: the one is told from whole minutes, the other not at all.
	@Test
	void balanceAndClosingWhenTheyCutAMinuteOfAnArchivedMonthThenGoOn() {
		Map<String, UsageEvent> left = usage();
		UUID customer = left.values().iterator().next().customer();
		List<UsageEvent> own = left.values().stream().filter((event) -> event.customer().equals(customer)).toList();
		UsageEvent first = own.stream().min(Comparator.comparing(UsageEvent::timestamp)).orElseThrow();
		this.metered.post("/api/v1/usage/allowances", """
				{"customer": "%s", "meter": "count", "amount": "1000", "overage": "soft", "starts_at": "%s"}"""
				.formatted(new CustomerId(customer), first.timestamp().minus(1, ChronoUnit.MICROS)))
				.expectStatus()
				.isCreated();
		String balance = "/api/v1/usage/balance?meter=count&customer=" + new CustomerId(customer);
		assertThat(this.metered.get(balance).at("/data/0/used").asString()).isEqualTo(String.valueOf(own.size()));
		String closing = "/api/v1/usage/closings/" + body(this.metered.post("/api/v1/usage/closings", """
				{"customer": "%s", "start_date": "%s", "end_date": "%s", "meters": ["sum", "count"]}"""
				.formatted(new CustomerId(customer), first.timestamp(), MIDDLE.plus(1, ChronoUnit.DAYS)))
				.expectStatus()
				.isCreated()).path("id").asString();
		assertThat(this.metered.get(closing).at("/figures/0/difference").asString()).isEqualTo("0");

		assertThat(command(Operation.ARCHIVE)).isEqualTo("done");
		this.metered.send(List.of(new UsageEvent(first.organization(), true, customer, "request", "late",
				BigDecimal.ONE, first.timestamp(), Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.MICROS),
				first.properties())));
		eventually(() -> this.metered.get(balance)
				.at("/data/0/used")
				.asString()
				.equals(String.valueOf(own.size() + 1)));
		this.metered.get(closing).path("figures").forEach((figure) -> {
			assertThat(figure.path("closed").asString()).isNotEmpty();
			assertThat(figure.path("current").isNull()).isTrue();
			assertThat(figure.path("difference").isNull()).isTrue();
		});
		this.metered.get("/api/v1/usage/adjustments?customer=" + new CustomerId(customer));
	}

	private boolean isComplete(UsageEvent event, String meter, Instant day) {
		return this.metered.get(summary(event.customer(), meter, day)).path("complete").asBoolean();
	}

	private static String summary(UUID customer, String meter, Instant day) {
		return "/api/v1/usage/summary/%s?metric=%s&start_date=%s&end_date=%s".formatted(new CustomerId(customer), meter,
				day, day.plus(3, ChronoUnit.DAYS));
	}

	@Test
	void shardWhenSomebodyElseAsksThenDropsNothing() {
		usage();
		List<String> raw = raw();
		Shard shard = this.shards.all().getFirst();
		String current = YearMonth.now(Clock.systemUTC()).minusMonths(2).atDay(1).toString();
		for (String sql : List.of(
				"SELECT drop_usage_month('%s', '%s', true)".formatted(MONTH.atDay(1), UUID.randomUUID()),
				"SELECT fence_usage_month('%s', '%s')".formatted(current, UUID.randomUUID()),
				"SELECT begin_usage_restore('%s', '%s')".formatted(MONTH.atDay(1), UUID.randomUUID()),
				"SELECT attach_usage_restore('%s', '%s', now())".formatted(MONTH.atDay(1), UUID.randomUUID()))) {
			assertThatExceptionOfType(RuntimeException.class).as(sql)
					.isThrownBy(() -> shard.transactional(shard.client().sql(sql).then())
							.contextWrite(SystemScope.bind())
							.block(LIMIT));
			assertThatExceptionOfType(RuntimeException.class).as(sql)
					.isThrownBy(() -> shard.transactional(shard.client().sql(sql).then())
							.contextWrite(this.metered.tenant.bind())
							.block(LIMIT));
		}
		assertThat(raw()).isEqualTo(raw);
		assertThat(states()).containsOnly(State.PRESENT);
	}

	@Test
	void monthWhenDroppedWithoutAnArchiveThenIsGoneAndSaysSo() {
		Map<String, UsageEvent> left = usage();
		List<JsonNode> figures = figures();
		assertThat(command(Operation.DROP)).contains("is not archived");
		assertThat(states()).containsOnly(State.PRESENT);
		assertThat(command(new Command(Operation.DROP, MONTH, null, true))).isEqualTo("done");
		assertThat(states()).containsOnly(State.DROPPED);
		assertThat(figures()).isEqualTo(figures);
		UsageEvent any = left.values().iterator().next();
		requireArchived(ask(this.metered, events(any.customer(), Aggregation.SUM, MIDDLE.minus(1, ChronoUnit.DAYS),
				MIDDLE.plus(1, ChronoUnit.DAYS))));
		assertThat(command(Operation.RESTORE)).contains("was dropped without");
	}

	/// The commands of the page for operators, to the letter but for the month and the port.
	@Test
	void pageForOperatorsWhenItsCommandsAreRunThenTheyDoWhatItSays() throws Exception {
		usage();
		Path page = Stream.of("docs", "../docs")
				.map((docs) -> Path.of(docs, "operating/retention.md"))
				.filter(Files::exists)
				.findFirst()
				.orElseThrow();
		List<String> ends = new ArrayList<>();
		for (String line : Files.readAllLines(page)) {
			if (line.startsWith("curl ")) {
				String told = shell(line.replace("2025-08", MONTH.toString())
						.replace("9083", String.valueOf(this.managementPort)));
				assertThat(told).as(line).contains(line.contains("-d") ? "{\"begun\":true}" : "\"months\":[");
				eventually(() -> !this.retention.progress().isRunning());
				ends.add((line.contains("-d") ? this.retention.progress().state() + " " : "") + states().getFirst());
			}
		}
		assertThat(ends).containsExactly("PRESENT", "completed ARCHIVED", "completed ARCHIVED",
				"completed RESTORED", "completed ARCHIVED");
	}

	private static String shell(String command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder("bash", "-c", command.replaceFirst("curl", "curl -sS"))
				.redirectErrorStream(true)
				.start();
		String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(said).isZero();
		return said;
	}

	@Test
	void commandWhenItMakesNoSenseThenIsRefused() {
		WebTestClient management = WebTestClient.bindToServer()
				.baseUrl("http://localhost:" + this.managementPort)
				.responseTimeout(LIMIT)
				.build();
		for (String wrong : List.of("{\"operation\": \"burn\"}", "{\"operation\": \"restore\"}",
				"{\"operation\": \"archive\", \"month\": \"August\"}", "{}")) {
			management.post()
					.uri("/actuator/retention")
					.contentType(MediaType.APPLICATION_JSON)
					.bodyValue(wrong)
					.exchange()
					.expectStatus()
					.isBadRequest();
		}
		assertThat(command(new Command(Operation.ARCHIVE, YearMonth.of(2001, 1), null, false)))
				.contains("No shard has");
		assertThat(command(new Command(Operation.ARCHIVE, YearMonth.now(Clock.systemUTC()), null, false)))
				.contains("has not counted everything yet");
	}

	@Test
	void metricsWhenAMonthIsDueThenTellForHowLong() {
		usage();
		this.archive.breakAt("begin", (name) -> true);
		this.retention.round().block(LIMIT);
		assertThat(gauge("due")).isEqualTo(1);
		assertThat(gauge("overdue")).isCloseTo(
				Duration.between(new Keeping(2).dueSince(MONTH), Instant.now(Clock.systemUTC())).toSeconds(),
				Offset.offset(60.0));
		this.archive.repair();
		this.retention.round().block(LIMIT);
		assertThat(gauge("due")).isZero();
		assertThat(gauge("overdue")).isZero();
		assertThat(gauge("success")).isCloseTo(Instant.now(Clock.systemUTC()).getEpochSecond(),
				Offset.offset(60.0));
		assertThat(this.registry.get("billwright.usage.retention.failures").tag("shard", "0").counter().count())
				.isPositive();
		assertThat(this.registry.get("billwright.usage.retention.archived").tag("shard", "0").counter().count())
				.isPositive();
	}

	private double gauge(String name) {
		Gauge gauge = this.registry.find("billwright.usage.retention." + name)
				.tag("shard", "0")
				.gauge();
		return Objects.requireNonNull(gauge).value();
	}

}
