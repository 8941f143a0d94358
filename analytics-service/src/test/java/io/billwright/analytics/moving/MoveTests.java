package io.billwright.analytics.moving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.http.HttpStatus;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import io.billwright.analytics.TestShards;
import io.billwright.analytics.correction.Metered;
import io.billwright.analytics.counting.Counting;
import io.billwright.analytics.counting.Hours;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.moving.Move.State;
import io.billwright.analytics.moving.Progress.Stage;
import io.billwright.analytics.shard.Assignment;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.usage.Aggregation;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.analytics.wire.UsageEventFormat;
import io.billwright.analytics.wire.UsageTopics;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.tenancy.SystemScope;
import io.billwright.platform.test.PlatformTest;
import io.billwright.platform.test.servers.EmbeddedServers;

import static io.billwright.analytics.TestShards.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/// Three shards, which are databases of the embedded server, and the embedded broker.
@PlatformTest(properties = {"billwright.usage.counting.batch-wait=50ms",
	"billwright.usage.counting.compaction-interval=1d", "billwright.usage.counting.measure-interval=100ms",
	"billwright.usage.counting.backfill-events=40", "billwright.usage.counting.backoff.max=1s",
	"billwright.usage.assignment-age=1s", "billwright.usage.ingest.targets-life=200ms",
	"billwright.usage.moving.settling=500ms", "billwright.usage.moving.rest=0s",
	"billwright.usage.moving.interval=100ms",
	"billwright.usage.moving.chunk=37", "billwright.usage.moving.backoff.max=500ms"})
class MoveTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final List<String> SHARDS = List.of(EmbeddedServers.freshDatabase(),
			EmbeddedServers.freshDatabase(), EmbeddedServers.freshDatabase());

	@Autowired
	private WebTestClient client;

	@Autowired
	private Shards shards;

	@Autowired
	private Counting counting;

	@Autowired
	private ShardMovesEndpoint endpoint;

	@Autowired
	private ShardsEndpoint loads;

	@Autowired
	private MoveTable moves;

	@Autowired
	private MovingSettings settings;

	@Autowired
	private MovingMetrics metrics;

	@Autowired
	private MeterRegistry registry;

	@Value("${local.management.port}")
	private int managementPort;

	@Autowired
	private DatabaseClient database;

	@Autowired
	private TransactionalOperator transaction;

	@DynamicPropertySource
	static void shards(DynamicPropertyRegistry properties) {
		TestShards.register(properties, SHARDS);
	}

	/// An organization, and what of it must be counted, as a plain map from key to event.
	private final class Tenant {

		private final Metered metered;

		private final Map<String, UsageEvent> left = new TreeMap<>();

		private final Map<Aggregation, List<UsageEvent>> frozen = new EnumMap<>(Aggregation.class);

		private int keys;

		Tenant(long seed, String assigned) {
			this.metered = new Metered(seed, MoveTests.this.client, MoveTests.this.shards);
			run("INSERT INTO shard_assignment (organization_id, shards) VALUES ('%s', '%s')".formatted(id(), assigned));
			this.metered.customers.forEach((customer) -> run("""
					INSERT INTO customer (id, version, name, time_zone, status, updated_at)
					VALUES ('%s', 1, 'Somebody', 'UTC', 'active', now())"""
					.formatted(new CustomerId(customer).text())));
		}

		private void run(String sql) {
			TestShards.run(MoveTests.this.database, MoveTests.this.transaction, this.metered.tenant, sql);
		}

		UUID id() {
			return this.metered.tenant.organization();
		}

		String name() {
			return new OrganizationId(id()).text();
		}

		void meters(Aggregation... aggregations) {
			Stream.of(aggregations).forEach(this.metered::meter);
		}

		List<UsageEvent> events(int count) {
			List<UsageEvent> events = IntStream.range(0, count)
					.mapToObj((index) -> this.metered.event("key-" + (this.keys + index)))
					.toList();
			this.keys += count;
			events.forEach((event) -> this.left.put(event.key(), event));
			return events;
		}

		/// As somebody does who believes everything to be on that shard.
		void send(int shard, List<UsageEvent> events) {
			try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
					Map.of("bootstrap.servers", EmbeddedServers.kafka().bootstrapServers(), "acks", "all"),
					new StringSerializer(), new ByteArraySerializer())) {
				events.forEach((event) -> producer.send(new ProducerRecord<>(UsageTopics.ofShard(shard),
						UsageTopics.keyOf(event), UsageEventFormat.write(event))));
				producer.flush();
			}
		}

		void correct(int count) {
			for (int index = 0; index < count; index++) {
				UsageEvent event = this.metered.pick(List.copyOf(this.left.values()));
				if (index % 2 == 0) {
					this.metered.voidEvent(event);
					this.left.remove(event.key());
				}
				else {
					this.left.put(event.key(), this.metered.amend(event));
				}
			}
		}

		/// Every shard has its own watermark.
		void finishHours(int first) {
			MoveTests.this.shards.all()
					.forEach((shard) -> Hours.finish(shard, this.metered.now.plus(first - shard.number(),
							ChronoUnit.HOURS)));
		}

		void archive(Aggregation aggregation) {
			this.metered.archive(aggregation);
			this.frozen.put(aggregation, new ArrayList<>(this.left.values()));
		}

		/// An archived meter has what it has counted, as far as it is there.
		void verify() {
			Map<Aggregation, List<UsageEvent>> kept = new EnumMap<>(Aggregation.class);
			this.frozen.forEach((aggregation, events) -> kept.put(aggregation, events.stream()
					.filter((event) -> this.left.containsKey(event.key()))
					.map((event) -> Objects.requireNonNull(this.left.get(event.key())))
					.toList()));
			this.metered.verify(this.left.values(), kept);
		}

		/// Nothing is anywhere else, and each key is known once.
		void verifyPlaces() {
			this.metered.awaitKeys(this.keys);
			this.metered.verifyRollups();
			Assignment assignment = Objects.requireNonNull(MoveTests.this.moves.assigned(id()).block(LIMIT));
			for (Shard shard : MoveTests.this.shards.all()) {
				List<UUID> own = this.metered.customers.stream()
						.filter((customer) -> assignment.shardOf(customer) == shard.number())
						.toList();
				String others = own.stream().map("'%s'"::formatted).reduce((one, other) -> one + "," + other)
						.map((list) -> " AND customer_id NOT IN (" + list + ")").orElse("");
				for (String table : List.of("usage_event", "usage_minute", "usage_hour", "usage_unique",
						"usage_correction", "usage_touched")) {
					assertThat(number(shard, "SELECT count(*) FROM %s WHERE organization_id = '%s'%s".formatted(table,
							id(), others))).as("rows of %s that are left on %d", table, shard.number()).isZero();
				}
			}
		}

		UUID begin(String to) {
			return Objects.requireNonNull(MoveTests.this.endpoint.begin(name(), to, "a test").block(LIMIT)).id();
		}

		/// Back on the same two shards, so that the driver has something to do.
		Step step(UUID move, int source, int target) {
			Assignment before = Objects.requireNonNull(MoveTests.this.moves.assigned(id()).block(LIMIT));
			return new Step(move, id(), MoveTests.this.shards.all().get(source),
					MoveTests.this.shards.all().get(target), before, List.of(target));
		}

	}

	private static long number(Shard shard, String sql) {
		return Metered.number(shard, sql);
	}

	private void await(UUID move, State... states) {
		eventually(() -> Set.of(states)
				.contains(Objects.requireNonNull(this.moves.find(move).block(LIMIT)).state()));
	}

	private void awaitCounted() {
		java.time.Instant now = Clock.systemUTC().instant().plusMillis(100);
		eventually(() -> this.shards.all()
				.stream()
				.allMatch((shard) -> this.counting.countedUntil(shard.number())
						.filter((counted) -> counted.isAfter(now))
						.isPresent()));
	}

	/// Events come all the while, by way of shards that were left too, twice, late, and are corrected; hours end; a meter is
	/// archived before and one is made in the middle. There, spread over two, together again, and back.
	@Test
	void figuresWhenAnOrganizationMovesUnderLoadThenEqualARecount() {
		Tenant tenant = new Tenant(20_261_123, "{0}");
		Tenant neighbour = new Tenant(5, "{0,2}");
		neighbour.meters(Aggregation.SUM, Aggregation.LATEST);
		List<UsageEvent> others = neighbour.events(80);
		neighbour.metered.send(others);
		tenant.meters(Aggregation.SUM, Aggregation.MAX, Aggregation.UNIQUE_COUNT, Aggregation.LATEST,
				Aggregation.WEIGHTED_SUM, Aggregation.COUNT);
		List<UsageEvent> sent = new ArrayList<>(tenant.events(200));
		tenant.metered.send(sent);
		tenant.metered.awaitKeys(200);
		tenant.correct(12);
		tenant.archive(Aggregation.MAX);
		tenant.finishHours(3);
		int round = 0;
		for (String to : List.of("2", "0,1", "1", "2,0,1", "0")) {
			AtomicBoolean moved = new AtomicBoolean();
			List<UsageEvent> more = tenant.events(60);
			sent.addAll(more);
			int shard = round;
			CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
				int from = 0;
				while (from < more.size() || !moved.get()) {
					int next = Math.min(more.size(), from + 6);
					// Whoever was somewhere before is passed on to wherever that led.
					tenant.send((shard == 0) ? 0 : List.of(0, 2, 0, 1, 2).get(shard), more.subList(from, next));
					tenant.metered.send(sent.subList(0, 10));
					from = next;
					Mono.delay(Duration.ofMillis(40)).block(LIMIT);
				}
			});
			UUID move = tenant.begin(to);
			tenant.metered.customers.forEach((customer) -> tenant.metered.get(
					"/api/v1/usage/summary/%s?metric=sum".formatted(new CustomerId(customer))));
			if (round == 1) {
				tenant.meters(Aggregation.AVERAGE);
			}
			await(move, State.SETTLING, State.CLEARING, State.DONE);
			moved.set(true);
			load.join();
			tenant.metered.send(more.subList(0, 20));
			awaitCounted();
			awaitCounted();
			tenant.correct(6);
			tenant.finishHours(4 + round);
			tenant.verify();
			await(move, State.DONE);
			tenant.verify();
			tenant.verifyPlaces();
			round++;
		}
		assertThat(
				this.registry.find("billwright.usage.forwarded").counters().stream().mapToDouble(Counter::count).sum())
				.isPositive();
		neighbour.verify();
		neighbour.metered.verifyRollups();
		// And the comparison is worth something.
		tenant.left.remove(tenant.left.keySet().iterator().next());
		assertThatExceptionOfType(AssertionError.class).isThrownBy(tenant::verify);
	}

	private static final class Crash extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

	/// Whatever one instance leaves is right for everybody, and another one goes on with it.
	@ParameterizedTest
	@EnumSource
	void stepWhenItsDriverDiesAtAnyStageThenIsContinuedByAnother(Stage stage) {
		Tenant tenant = new Tenant(stage.ordinal(), "{1}");
		tenant.meters(Aggregation.SUM, Aggregation.UNIQUE_COUNT);
		tenant.metered.send(tenant.events(100));
		tenant.metered.awaitKeys(100);
		tenant.correct(4);
		// Also waits until the meters have counted what was there before them.
		tenant.verify();
		UUID move = UUID.randomUUID();
		Step step = tenant.step(move, 1, 2);
		StepRun doomed = new StepRun(step,
				(now, rows) -> (now == stage) ? Mono.error(Crash::new) : Mono.empty(), this.settings,
				() -> this.counting.countedUntil(1));
		assertThatExceptionOfType(Crash.class).isThrownBy(() -> doomed.run().block(LIMIT));

		List<UsageEvent> more = tenant.events(40);
		tenant.send(1, more.subList(0, 20));
		tenant.send(2, more.subList(20, 40));
		awaitCounted();
		awaitCounted();
		tenant.correct(4);
		tenant.verify();

		assertThat(this.moves.add(move, new OrganizationId(tenant.id()), List.of(1), List.of(2), "a test",
				Clock.systemUTC().instant()).block(LIMIT)).isTrue();
		await(move, State.DONE);
		tenant.metered.send(more);
		awaitCounted();
		tenant.verify();
		tenant.verifyPlaces();
	}

	/// Events wait in every topic, for a list of shards that is long out of date.
	@Test
	void organizationWhenItGoesBackBeforeEverybodyKnowsThenIsCountedOnce() {
		Tenant tenant = new Tenant(77, "{0}");
		tenant.meters(Aggregation.SUM, Aggregation.LATEST);
		List<UsageEvent> sent = new ArrayList<>(tenant.events(60));
		tenant.metered.send(sent);
		for (String to : List.of("1", "0", "1", "0")) {
			UUID move = tenant.begin(to);
			// Nobody sends anything to where an organization has never been.
			eventually(() -> number(this.shards.all().get(1),
					"SELECT count(*) FROM usage_placement WHERE organization_id = '%s'"
							.formatted(tenant.id())) > 0);
			List<UsageEvent> more = tenant.events(30);
			sent.addAll(more);
			tenant.send(0, more.subList(0, 15));
			tenant.send(1, more.subList(10, 30));
			await(move, State.SETTLING, State.CLEARING, State.DONE);
		}
		IntStream.range(0, 3).forEach((shard) -> tenant.send(shard % 2, sent));
		// What was about to be passed on when the organization came back goes there, back, and is counted.
		IntStream.range(0, 3).forEach((hop) -> awaitCounted());
		tenant.correct(5);
		tenant.verify();
		eventually(() -> Objects.requireNonNull(this.endpoint.list().block(LIMIT))
				.stream()
				.filter((move) -> move.organization().value().equals(tenant.id()))
				.allMatch((move) -> move.state() == State.DONE));
		tenant.verify();
		tenant.verifyPlaces();
	}

	/// Customers of a spread organization may have used the same key; both events stay, and both can be corrected.
	@Test
	void keyWhenItWasUsedOnTwoShardsThenBothEventsAreGathered() {
		Tenant tenant = new Tenant(3, "{0,1,2}");
		tenant.meters(Aggregation.SUM, Aggregation.COUNT);
		Map<Integer, UUID> byShard = new TreeMap<>();
		while (byShard.size() < 2) {
			UUID customer = UUID.randomUUID();
			byShard.putIfAbsent(Math.floorMod(customer.hashCode(), 3), customer);
		}
		List<UUID> two = List.copyOf(byShard.values());
		two.forEach((customer) -> tenant.run("""
				INSERT INTO customer (id, version, name, time_zone, status, updated_at)
				VALUES ('%s', 1, 'Somebody', 'UTC', 'active', now())""".formatted(new CustomerId(customer).text())));
		UsageEvent any = tenant.metered.event("the-same");
		List<UsageEvent> events = two.stream()
				.map((customer) -> new UsageEvent(any.organization(), any.live(), customer, any.metric(), any.key(),
						any.quantity(), any.timestamp(), any.acceptedAt(), any.properties()))
				.toList();
		tenant.metered.send(events);
		tenant.metered.awaitKeys(2);
		UUID move = tenant.begin("2");
		await(move, State.DONE);
		tenant.metered.send(events);
		awaitCounted();
		two.forEach((customer) -> assertThat(count(tenant, customer)).isEqualTo(1));
		tenant.metered.voidEvent(events.getFirst());
		assertThat(count(tenant, two.getFirst())).isZero();
		assertThat(count(tenant, two.getLast())).isEqualTo(1);
		tenant.metered.voidEvent(events.getLast());
		assertThat(count(tenant, two.getLast())).isZero();
	}

	private static long count(Tenant tenant, UUID customer) {
		return tenant.metered.get("/api/v1/usage/summary/%s?metric=count".formatted(new CustomerId(customer)))
				.at("/data/0/events")
				.asLong();
	}

	@Test
	void moveWhenItIsCancelledBeforeTheCutOverThenLeavesNothing() {
		Tenant tenant = new Tenant(8, "{1}");
		tenant.meters(Aggregation.SUM);
		tenant.metered.send(tenant.events(100));
		tenant.metered.awaitKeys(100);
		UUID move = UUID.randomUUID();
		StepRun doomed = new StepRun(tenant.step(move, 1, 0),
				(now, rows) -> (now == Stage.RECORDS || now == Stage.CUTTING_OVER)
						? Mono.error(Crash::new)
						: Mono.empty(),
				this.settings, () -> this.counting.countedUntil(1));
		assertThatExceptionOfType(Crash.class).isThrownBy(() -> doomed.run().block(LIMIT));
		tenant.run(
				"""
						INSERT INTO shard_move (id, organization_id, shards_before, shards_after, state, requested_by, requested_at,
							driven_until)
						VALUES ('%s', '%s', '{1}', '{0}', 'copying', 'a test', now(), now() + interval '1 day')"""
						.formatted(move, tenant.id()));
		assertThatExceptionOfType(InvalidEndpointRequestException.class).isThrownBy(() -> tenant.begin("0"))
				.withMessageContaining("Another move");
		assertThat(Objects.requireNonNull(this.endpoint.cancel(move).block(LIMIT)).state()).isIn(State.CANCELLING,
				State.CANCELLED);
		await(move, State.CANCELLED);
		tenant.verifyPlaces();
		tenant.verify();
		assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> this.endpoint.cancel(move).block(LIMIT));
	}

	@Test
	void requestsWhenTheyMakeNoSenseThenSayWhy() {
		Tenant tenant = new Tenant(9, "{1}");
		refuses(tenant.name(), "3", "There are the shards 0 to 2");
		refuses(tenant.name(), "-1", "There are the shards 0 to 2");
		refuses(tenant.name(), "0,0", "each shard once");
		refuses(tenant.name(), "first", "numbers of shards");
		refuses(tenant.name(), "1", "on the shards [1] already");
		refuses(new OrganizationId(UUID.randomUUID()).text(), "1", "No usage of the organization");
		refuses("acme", "1", "must be an id");
	}

	private void refuses(String organization, String to, String why) {
		assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> this.endpoint.begin(organization, to, null).block(LIMIT))
				.withMessageContaining(why);
	}

	/// Two instances ask and two drive; it is one move.
	@Test
	void moveWhenTwoInstancesBeginItThenIsMadeOnce() {
		Tenant tenant = new Tenant(10, "{0}");
		tenant.meters(Aggregation.SUM);
		tenant.metered.send(tenant.events(80));
		tenant.metered.awaitKeys(80);
		List<CompletableFuture<Boolean>> both = Stream.of(1, 2)
				.map((any) -> CompletableFuture.supplyAsync(() -> {
					try {
						tenant.begin("2");
						return true;
					}
					catch (InvalidEndpointRequestException refused) {
						return false;
					}
				}))
				.toList();
		Driver other = new Driver(this.moves, this.shards, this.counting, this.settings, this.metrics,
				Clock.systemUTC());
		assertThat(both.stream().map(CompletableFuture::join)).containsExactlyInAnyOrder(true, false);
		eventually(() -> {
			other.advance().block(LIMIT);
			return Objects.requireNonNull(this.endpoint.list().block(LIMIT))
					.stream()
					.filter((move) -> move.organization().value().equals(tenant.id()))
					.allMatch((move) -> move.state() == State.DONE);
		});
		assertThat(Objects.requireNonNull(this.moves.assigned(tenant.id()).block(LIMIT)))
				.isEqualTo(new Assignment(List.of(2), 2, null));
		tenant.verify();
		tenant.verifyPlaces();
	}

	/// The shards decide by SQL what Java decides elsewhere.
	@Test
	void placesWhenSqlAndJavaComputeThemThenAreTheSame() {
		Shard shard = this.shards.all().getFirst();
		for (int round = 0; round < 200; round++) {
			UUID customer = UUID.randomUUID();
			int places = 1 + round % 7;
			assertThat(number(shard, "SELECT usage_slot('%s', %d)::bigint".formatted(customer, places)))
					.isEqualTo(Math.floorMod(customer.hashCode(), places));
		}
	}

	@Test
	void loadsWhenAskedForThenTellOfEachShard() {
		Tenant tenant = new Tenant(12, "{2}");
		tenant.metered.send(tenant.events(10));
		tenant.metered.awaitKeys(10);
		List<ShardLoads.Load> told = Objects.requireNonNull(this.loads.loads().block(LIMIT));
		assertThat(told).extracting(ShardLoads.Load::shard).containsExactly(0, 1, 2);
		assertThat(told.getLast().organizations()).isPositive();
		assertThat(told.getLast().bytes()).isPositive();
		assertThat(told.stream().mapToDouble(ShardLoads.Load::share).sum()).isBetween(0.999, 1.001);
	}

	/// The operator's page, typed as it stands there.
	@Test
	void commandsWhenTypedAsDocumentedThenShowAndMoveAndRefuseToCancel(@TempDir Path directory)
			throws IOException, InterruptedException {
		Tenant tenant = new Tenant(14, "{0}");
		tenant.meters(Aggregation.SUM);
		tenant.metered.send(tenant.events(30));
		tenant.metered.awaitKeys(30);
		StringBuilder commands = new StringBuilder("set -euo pipefail\norganization=" + tenant.name() + "\n");
		Matcher block = Pattern.compile("(?s)```bash\\n(.*?)```")
				.matcher(Files.readString(Path.of("../docs/operating/shards.md")));
		while (block.find()) {
			commands.append(block.group(1)).append('\n');
		}
		Path script = Files.writeString(directory.resolve("shards.sh"), commands.toString()
				.replace("127.0.0.1:9083", "127.0.0.1:" + this.managementPort)
				.replace("curl --silent --show-error -X DELETE", "sleep 3; curl --silent --show-error -X DELETE"));
		Path output = directory.resolve("output.txt");
		Process shell = new ProcessBuilder("bash", script.toString()).redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start();
		assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
		String told = Files.readString(output);
		assertThat(shell.exitValue()).as(told).isZero();
		assertThat(told).contains("\"share\":", tenant.name(), "\"after\":[0,2]", "\"requested_by\":\"Ada\"",
				"it has cut over");
		eventually(() -> Objects.requireNonNull(this.moves.assigned(tenant.id()).block(LIMIT)).shards()
				.equals(List.of(0, 2)));
	}

	/// Closings, corrections and backfills are what they were, and can be gone on with.
	@Test
	void recordsWhenTheirCustomerMovesThenStayWhatTheyAre() {
		Tenant tenant = new Tenant(15, "{0}");
		Metered metered = tenant.metered;
		tenant.meters(Aggregation.SUM, Aggregation.MAX);
		metered.send(tenant.events(90));
		metered.awaitKeys(90);
		tenant.correct(6);
		String customer = new CustomerId(metered.customers.getFirst()).text();
		String range = "\"start_date\": \"%s\", \"end_date\": \"%s\"".formatted(metered.now.minusSeconds(14_400),
				metered.now.plusSeconds(14_400));
		// Not while one of the meters still counts what came before it.
		String closing = "{\"customer\": \"%s\", %s}".formatted(customer, range);
		eventually(() -> metered.post("/api/v1/usage/closings", closing)
				.returnResult(Void.class)
				.getStatus()
				.isSameCodeAs(HttpStatus.CREATED));
		String summary = "/api/v1/usage/summary/%s?metric=sum".formatted(customer);
		String before = metered.get(summary).at("/data/0/value").asString();
		List<String> backfills = Stream.of(1, 2).map((number) -> {
			String id = Metered.body(metered
					.post("/api/v1/usage/backfills", "{\"customer\": \"%s\", \"reason\": \"Again\", %s}"
							.formatted(customer, range))
					.expectStatus()
					.isCreated()).path("id").asString();
			metered.post("/api/v1/usage/backfills/" + id + "/events",
					"""
							[{"idempotency_key": "again-%d", "customer": "%s", "metric": "request", "quantity": "1", "timestamp": "%s",
								"properties": {"size": 7.25, "region": "eu"}}]"""
							.formatted(number, customer, metered.now))
					.expectStatus()
					.isOk();
			return id;
		}).toList();
		metered.post("/api/v1/usage/backfills/" + backfills.getFirst() + "/apply", "").expectStatus().isOk();
		List<String> lists = Stream.of("adjustments?customer=", "backfills?customer=", "corrections?customer=")
				.map((list) -> "/api/v1/usage/" + list + customer)
				.toList();
		List<JsonNode> told = lists.stream().map((list) -> metered.get(list).path("data")).toList();
		assertThat(told).allSatisfy((list) -> assertThat(list).isNotEmpty());

		await(tenant.begin("1,2"), State.DONE);
		assertThat(lists.stream().map((list) -> metered.get(list).path("data"))).containsExactlyElementsOf(told);
		await(tenant.begin("1"), State.DONE);
		assertThat(lists.stream().map((list) -> metered.get(list).path("data"))).containsExactlyElementsOf(told);
		metered.post("/api/v1/usage/backfills/" + backfills.getLast() + "/apply", "").expectStatus().isOk();
		backfills.reversed().forEach((id) -> metered.post("/api/v1/usage/backfills/" + id + "/revert", "")
				.expectStatus()
				.isOk());
		assertThat(metered.get(summary).at("/data/0/value").asString()).isEqualTo(before);
		tenant.verify();
		metered.verifyRollups();
	}

	/// Archives stay where they are, and what is known of them moves along, where both shards have archived the month.
	@Test
	void monthWhenItIsArchivedOnTheSourceAloneThenHoldsTheMoveUp() throws SQLException {
		Tenant tenant = new Tenant(17, "{0}");
		tenant.meters(Aggregation.SUM);
		tenant.metered.send(tenant.events(20));
		tenant.metered.awaitKeys(20);
		administer(0,
				"""
						INSERT INTO usage_month (month, state, attempt, events) VALUES ('2026-01-01', 'archived', '%1$s', 7);
						INSERT INTO usage_archived VALUES ('%2$s', true, '%3$s', 'request', '2026-01-01', 7, '2026-01-02', '2026-01-03')"""
						.formatted(UUID.randomUUID(), tenant.id(), tenant.metered.customers.getFirst()));
		UUID move = tenant.begin("1");
		eventually(() -> String.valueOf(Objects.requireNonNull(this.moves.find(move).block(LIMIT)).problem())
				.contains("usage of 2026-01 is archived on the source, and not on the target"));
		administer(1,
				"INSERT INTO usage_month (month, state, attempt, events) VALUES ('2026-01-01', 'dropped', '%s', 0)"
						.formatted(UUID.randomUUID()));
		await(move, State.DONE);
		Shard target = this.shards.all().get(1);
		assertThat(
				number(target, "SELECT events FROM usage_archived WHERE organization_id = '%s'".formatted(tenant.id())))
				.isEqualTo(7);
		assertThat(number(target, "SELECT events FROM usage_month")).isEqualTo(7);
		tenant.verify();
		tenant.verifyPlaces();
	}

	private static void administer(int shard, String sql) throws SQLException {
		try (Connection connection = DriverManager.getConnection(
				EmbeddedServers.postgres().jdbcUrl(SHARDS.get(shard)), "postgres", EmbeddedServers.PASSWORD);
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/// What is remembered follows, and nothing claims to be fresher than what may still be on its way.
	@Test
	void balanceWhenItsCustomerMovesThenGoesOnAndIsAsOfTheCutOver() {
		Tenant tenant = new Tenant(16, "{0}");
		Metered metered = tenant.metered;
		tenant.meters(Aggregation.COUNT);
		CustomerId customer = new CustomerId(metered.customers.getFirst());
		metered.post("/api/v1/usage/allowances", """
				{"customer": "%s", "meter": "count", "amount": "1000", "starts_at": "%s"}""".formatted(customer,
				metered.now.minus(10, ChronoUnit.HOURS))).expectStatus().isCreated();
		String path = "/api/v1/usage/balance?meter=count&customer=" + customer;
		tenant.send(0, past(metered, "before", 20));
		eventually(() -> metered.get(path).at("/data/0/used").asInt() == 20);
		UUID move = tenant.begin("2");
		eventually(() -> {
			assertThat(metered.get(path).at("/data/0/used").asInt()).isEqualTo(20);
			return Objects.requireNonNull(this.moves.find(move).block(LIMIT)).state() == State.SETTLING;
		});
		String summary = "/api/v1/usage/summary/%s?metric=count".formatted(customer);
		String frozen = metered.get(summary).path("as_of").asString();
		tenant.send(0, past(metered, "stray", 5));
		metered.send(past(metered, "after", 5));
		eventually(() -> metered.get(path).at("/data/0/used").asInt() == 30);
		if (Objects.requireNonNull(this.moves.find(move).block(LIMIT)).state() == State.SETTLING) {
			assertThat(metered.get(summary).path("as_of").asString()).isEqualTo(frozen);
		}
		await(move, State.DONE);
		eventually(() -> metered.get(summary).path("as_of").asString().compareTo(frozen) > 0);
		assertThat(metered.get(path).at("/data/0/used").asInt()).isEqualTo(30);
	}

	private static List<UsageEvent> past(Metered metered, String name, int count) {
		return IntStream.range(0, count)
				.mapToObj((index) -> new UsageEvent(metered.tenant.organization(), true,
						metered.customers.getFirst(), "request", name + index, java.math.BigDecimal.ONE,
						metered.now.minusSeconds(60), metered.now, metered.properties()))
				.toList();
	}

	@Test
	void shardWhenAReaderBelievesAnOldMapThenLeadsItOn() {
		Tenant tenant = new Tenant(13, "{0}");
		tenant.meters(Aggregation.SUM);
		tenant.metered.send(tenant.events(30));
		tenant.metered.awaitKeys(30);
		Shard believed = Objects.requireNonNull(
				this.shards.of(tenant.id(), tenant.metered.customers.getFirst()).block(LIMIT));
		UUID move = tenant.begin("1");
		await(move, State.SETTLING, State.CLEARING, State.DONE);
		assertThatExceptionOfType(io.billwright.platform.failure.Failure.class)
				.isThrownBy(() -> believed.reading(Mono.just(1)).contextWrite(SystemScope.bind()).block(LIMIT))
				.satisfies((failure) -> assertThat(failure.code()).isEqualTo("usage_moving"));
		assertThat(Objects.requireNonNull(
				this.shards.of(tenant.id(), tenant.metered.customers.getFirst()).block(LIMIT)).number()).isEqualTo(1);
	}

}
