package io.billwright.analytics.counting;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import reactor.core.publisher.Mono;

import io.billwright.analytics.TestShards;
import io.billwright.analytics.counting.Recount.Meter;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.usage.Aggregation;
import io.billwright.analytics.usage.Metering;
import io.billwright.analytics.usage.Metering.Filter;
import io.billwright.analytics.usage.Metering.Filter.Operator;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.analytics.wire.UsageEventFormat;
import io.billwright.analytics.wire.UsageTopics;
import io.billwright.platform.test.PlatformTest;
import io.billwright.platform.test.servers.EmbeddedServers;

import static io.billwright.analytics.TestShards.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/// Two shards, which are databases of the embedded server, and the embedded broker.
@PlatformTest(properties = {"billwright.usage.counting.batch-wait=100ms",
	"billwright.usage.counting.compaction-interval=300ms", "billwright.usage.counting.measure-interval=200ms",
	"billwright.usage.counting.backfill-events=700", "billwright.usage.counting.batch-events=1000",
	"billwright.usage.counting.backoff.max=1s"})
class CountingTests {

	private static final Duration LIMIT = Duration.ofSeconds(90);

	private static final List<String> SHARDS = List.of(EmbeddedServers.freshDatabase(),
			EmbeddedServers.freshDatabase());

	private static final BigDecimal SIZE = BigDecimal.ONE;

	@Autowired
	private Counting counting;

	@Autowired
	private MeterActivations activations;

	@Autowired
	private Shards shards;

	@Autowired
	private MeterRegistry registry;

	@Autowired
	private ShiftedClock clock;

	@DynamicPropertySource
	static void shards(DynamicPropertyRegistry properties) {
		TestShards.register(properties, SHARDS);
	}

	@TestConfiguration
	static class Time {

		@Bean
		@Primary
		ShiftedClock shiftedClock() {
			return new ShiftedClock();
		}

	}

	@Test
	void totalsWhenConsumerAndDatabaseAreKilledThenEqualAnIndependentRecount() {
		Reconciliation run = new Reconciliation(new Traffic(42, Instant.now()), 50_000);
		run.sendAmidFaults(run.sent);
		run.verify();
	}

	/// The comparison is worth something: it fails where one event of many is missing.
	@Test
	void totalsWhenOneEventIsDroppedThenDifferFromTheRecount() {
		Reconciliation run = new Reconciliation(new Traffic(7, Instant.now()), 2_000);
		UsageEvent dropped = run.sent.getLast();
		run.sendAll(run.sent.stream().filter((event) -> !event.key().equals(dropped.key())).toList());
		assertThatExceptionOfType(AssertionError.class).isThrownBy(run::verify);
	}

	@Test
	void poisonWhenItIsAmongEventsThenIsKeptAsideAndTheOthersAreCounted() {
		List<UsageEvent> events = new Traffic(3, Instant.now()).events(200);
		UUID organization = events.getFirst().organization();
		UsageEvent good = events.getFirst();
		UsageEvent ancient = new UsageEvent(organization, good.live(), good.customer(), "calls", "ancient", SIZE,
				good.timestamp(), Instant.parse("2001-01-01T00:00:00Z"), Map.of());
		UsageEvent deep = new UsageEvent(organization, good.live(), good.customer(), good.metric(), "deep", SIZE,
				good.timestamp(), good.acceptedAt(), Map.of());
		activate(new Metering(UUID.randomUUID(), organization, good.live(), good.metric(), Aggregation.SUM, "bytes",
				List.of(),
				List.of()));
		int shard = shardOf(good);
		double dead = dead();
		try (KafkaProducer<String, byte[]> producer = producer()) {
			send(producer, events.subList(0, 100));
			producer.send(new ProducerRecord<>(UsageTopics.ofShard(shard), UsageTopics.keyOf(good),
					"poison".getBytes(StandardCharsets.UTF_8)));
			send(producer, List.of(ancient));
			// PostgreSQL could keep these properties, the meters cannot read them.
			producer.send(new ProducerRecord<>(UsageTopics.ofShard(shard), UsageTopics.keyOf(good),
					(new String(UsageEventFormat.write(deep), StandardCharsets.ISO_8859_1) + "{\"bytes\":"
							+ "[".repeat(50)
							+ "]".repeat(50) + "}").getBytes(StandardCharsets.ISO_8859_1)));
			send(producer, events.subList(100, events.size()));
		}
		long distinct = events.stream().map((event) -> event.organization() + "/" + event.key()).distinct().count();
		eventually(() -> rawRows(events) == distinct);
		eventually(() -> dead() == dead + 3);
		List<ConsumerRecord<String, byte[]>> letters = deadRecords();
		assertThat(letters).anySatisfy((letter) -> {
			assertThat(new String(letter.value(), StandardCharsets.UTF_8)).isEqualTo("poison");
			assertThat(header(letter, UsageTopics.ORIGIN)).startsWith(UsageTopics.ofShard(shard) + "-");
		})
				.anySatisfy((letter) -> assertThat(header(letter, UsageTopics.CAUSE)).isEqualTo("SQLSTATE 22008"))
				.anySatisfy((letter) -> assertThat(header(letter, UsageTopics.CAUSE))
						.isEqualTo("StreamConstraintsException"));
	}

	@Test
	void offsetsWhenBrokerAndShardDisagreeThenTheShardIsRight() {
		List<UsageEvent> events = new Traffic(5, Instant.now()).events(300);
		stop();
		try (KafkaProducer<String, byte[]> producer = producer()) {
			send(producer, events);
		}
		// As after the restore of a backup of the shards: the group has committed more than they have.
		Map<TopicPartition, Long> ends = ends();
		commit(ends);
		this.counting.start();
		long distinct = events.stream().map((event) -> event.organization() + "/" + event.key()).distinct().count();
		try (KafkaProducer<String, byte[]> producer = producer()) {
			eventually(() -> {
				// What comes next shows that something before it is missing.
				send(producer, events.subList(0, 50));
				return rawRows(events) == distinct;
			});
		}
	}

	@Test
	void keyWhenItComesAgainInTheNextMonthThenIsADuplicate() {
		UsageEvent first = new Traffic(9, Instant.now()).events(1).getFirst();
		Instant month = Instant.now().atOffset(ZoneOffset.UTC).withDayOfMonth(1).toInstant()
				.truncatedTo(ChronoUnit.DAYS);
		UsageEvent before = at(first, month.minusSeconds(1));
		UsageEvent after = at(first, month.plusSeconds(1));
		UsageEvent longBefore = at(first, month.minus(Duration.ofDays(40)));
		try (KafkaProducer<String, byte[]> producer = producer()) {
			send(producer, List.of(before, after));
			eventually(() -> rawRows(List.of(first)) == 1);
			send(producer, List.of(after, before));
			UsageEvent other = new Traffic(10, Instant.now()).events(1).getFirst();
			send(producer, List.of(other));
			eventually(() -> rawRows(List.of(other)) == 1);
			assertThat(rawRows(List.of(first))).isEqualTo(1);
			send(producer, List.of(longBefore));
			eventually(() -> rawRows(List.of(first)) == 2);
		}
	}

	private static UsageEvent at(UsageEvent event, Instant accepted) {
		return new UsageEvent(event.organization(), event.live(), event.customer(), event.metric(), event.key(),
				event.quantity(), event.timestamp(), accepted, event.properties());
	}

	/// Meters of several kinds over the traffic, one of which comes when most events are there.
	private final class Reconciliation {

		private final Traffic traffic;

		private final List<UsageEvent> sent;

		private final List<Metering> sums;

		private final List<Metering> bytes;

		private final List<Metering> users;

		private final List<Metering> late;

		Reconciliation(Traffic traffic, int count) {
			this.traffic = traffic;
			this.sent = traffic.events(count);
			this.sums = meters("calls", Aggregation.SUM, null, List.of("region"));
			this.bytes = meters("storage", Aggregation.WEIGHTED_SUM, "bytes", List.of());
			this.users = meters("seats", Aggregation.UNIQUE_COUNT, "user", List.of());
			this.late = meters("calls", Aggregation.MAX, null, List.of());
			Stream.of(this.sums, this.bytes, this.users).flatMap(List::stream).forEach(CountingTests.this::activate);
		}

		private List<Metering> meters(String event, Aggregation aggregation, @Nullable String property,
				List<String> dimensions) {
			return this.traffic.organizations()
					.stream()
					.map((organization) -> new Metering(UUID.randomUUID(), organization,
							!organization.equals(this.traffic.organizations().getLast()), event, aggregation, property,
							List.of(new Filter("region", Operator.NOT_IN, List.of("mars"))), dimensions))
					.toList();
		}

		void sendAll(List<UsageEvent> events) {
			try (KafkaProducer<String, byte[]> producer = producer()) {
				send(producer, events);
			}
			this.late.forEach(CountingTests.this::activate);
		}

		/// In the middle the consumer is stopped and started, all connections to the shards are killed again and again, hours
		/// come to their ends, and a meter is added.
		void sendAmidFaults(List<UsageEvent> events) {
			try (KafkaProducer<String, byte[]> producer = producer()) {
				int part = events.size() / 10;
				for (int round = 0; round < 10; round++) {
					send(producer, events.subList(round * part, (round == 9) ? events.size() : (round + 1) * part));
					switch (round) {
						case 2 -> stop();
						case 4 -> CountingTests.this.counting.start();
						case 5 -> CountingTests.this.clock.advance(Duration.ofHours(2));
						case 6 -> this.late.forEach(CountingTests.this::activate);
						default -> killConnections();
					}
					pause(Duration.ofMillis(300));
					killConnections();
				}
			}
		}

		void verify() {
			Recount recount = new Recount(this.sent);
			await(recount);
			assertThat(rawRows(this.sent)).as("raw rows").isEqualTo(recount.events());
			this.sums.forEach((meter) -> compare(recount, meter, UsageEvent::quantity));
			this.bytes.forEach((meter) -> compare(recount, meter, (event) -> decimal(event.properties().get("bytes"))));
			this.late.forEach((meter) -> compare(recount, meter, UsageEvent::quantity));
			this.users.forEach((meter) -> {
				compare(recount, meter, (event) -> BigDecimal.ZERO);
				assertThat(uniques(meter)).isEqualTo(recount.uniques(of(meter), "user"));
			});
		}

		/// Everything that will be counted is counted: nothing is in the topics any more, and no meter's past is missing.
		private void await(Recount recount) {
			Map<TopicPartition, Long> ends = ends();
			eventually(() -> consumed().entrySet().containsAll(ends.entrySet().stream()
					.filter((end) -> end.getValue() > 0).toList()));
			Stream.of(this.sums, this.bytes, this.users, this.late).flatMap(List::stream).forEach(
					(meter) -> eventually(() -> Boolean.TRUE.equals(CountingTests.this.activations
							.isComplete(meter.organization(), meter.id())
							.block(LIMIT))));
		}

		private void compare(Recount recount, Metering meter, Function<UsageEvent, BigDecimal> value) {
			boolean grouped = !meter.dimensions().isEmpty();
			assertThat(rows("usage_minute", meter)).as("minutes of %s", meter)
					.isEqualTo(recount.rows(of(meter), ChronoUnit.MINUTES, value, grouped));
			assertThat(hours(meter)).as("hours before the watermark and minutes after it, of %s", meter)
					.isEqualTo(recount.rows(of(meter), ChronoUnit.HOURS, value, grouped));
		}

		private static Meter of(Metering meter) {
			return new Meter(meter.organization(), meter.live(), meter.event());
		}

		private static BigDecimal decimal(@Nullable Object value) {
			return (value instanceof BigDecimal number) ? number : BigDecimal.ZERO;
		}

	}

	private static final String FIGURES = """
			count, sum, min, max, latest, moment""";

	private static List<String> rows(String table, Metering meter) {
		return lines("SELECT customer_id, bucket, grouping, " + FIGURES + " FROM " + table + " WHERE meter_id = '"
				+ meter.id() + "'");
	}

	/// The hours before the watermark as they are kept, those after it made of their minutes by SQL.
	private static List<String> hours(Metering meter) {
		return lines(
				"""
						SELECT customer_id, bucket, grouping, %1$s FROM usage_hour, rollup_watermark
						WHERE meter_id = '%2$s' AND bucket < watermark
						UNION ALL
						SELECT customer_id, date_bin('1 hour', bucket, timestamptz '2000-01-01 00:00+00') AS hour, grouping, sum(count),
							sum(sum), min(min), max(max), (array_agg(latest ORDER BY latest_at DESC, latest_key DESC))[1], sum(moment)
						FROM usage_minute, rollup_watermark WHERE meter_id = '%2$s' AND bucket >= watermark
						GROUP BY customer_id, hour, grouping"""
						.formatted(FIGURES, meter.id()));
	}

	private static List<String> uniques(Metering meter) {
		return query("SELECT customer_id, bucket, value FROM usage_unique WHERE meter_id = '" + meter.id() + "'",
				(row) -> row.getString(1) + "|" + row.getTimestamp(2).toInstant() + "|" + row.getString(3)).stream()
				.sorted()
				.toList();
	}

	private static List<String> lines(String sql) {
		return query(sql, (row) -> {
			StringBuilder line = new StringBuilder(row.getString(1)).append('|')
					.append(row.getTimestamp(2).toInstant())
					.append('|')
					.append(row.getString(3).replaceAll("\\{\"region\":\"(.*)\"\\}", "$1"));
			for (int column = 4; column <= 9; column++) {
				line.append('|').append(Recount.plain(row.getBigDecimal(column)));
			}
			return line.toString();
		}).stream().sorted().toList();
	}

	private static long rawRows(List<UsageEvent> events) {
		String organizations = events.stream()
				.map((event) -> "'" + event.organization() + "'")
				.distinct()
				.reduce((one, other) -> one + "," + other)
				.orElseThrow();
		return query(
				"SELECT count(*) FROM usage_event WHERE organization_id IN (" + organizations
						+ ") AND key <> 'ancient'",
				(row) -> row.getLong(1)).stream().mapToLong(Long::longValue).sum();
	}

	private static Map<TopicPartition, Long> consumed() {
		Map<TopicPartition, Long> consumed = new HashMap<>();
		query("SELECT topic, part, next_offset FROM consumed",
				(row) -> Map.entry(new TopicPartition(row.getString(1), row.getInt(2)), row.getLong(3)))
				.forEach((position) -> consumed.put(position.getKey(), position.getValue()));
		return consumed;
	}

	private interface Mapping<T> {

		T map(ResultSet row) throws SQLException;

	}

	/// On every shard, as an administrator, whom no policy stops.
	private static <T> List<T> query(String sql, Mapping<T> mapping) {
		List<T> rows = new ArrayList<>();
		for (String shard : SHARDS) {
			try (Connection connection = connect(shard);
					Statement statement = connection.createStatement();
					ResultSet result = statement.executeQuery(sql)) {
				while (result.next()) {
					rows.add(mapping.map(result));
				}
			}
			catch (SQLException exception) {
				throw new IllegalStateException(exception);
			}
		}
		return rows;
	}

	private static Connection connect(String database) throws SQLException {
		return DriverManager.getConnection(EmbeddedServers.postgres().jdbcUrl(database), "postgres",
				EmbeddedServers.PASSWORD);
	}

	private static void killConnections() {
		query("""
				SELECT pg_terminate_backend(pid) FROM pg_stat_activity
				WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = 'billwright_app'""",
				(row) -> row.getBoolean(1));
	}

	private void activate(Metering meter) {
		this.activations.activate(meter).retry(20).block(LIMIT);
	}

	private void stop() {
		AtomicReference<Boolean> stopped = new AtomicReference<>(false);
		this.counting.stop(() -> stopped.set(true));
		eventually(stopped::get);
	}

	private double dead() {
		return this.registry.find("billwright.usage.dead").counters().stream().mapToDouble((each) -> each.count())
				.sum();
	}

	private int shardOf(UsageEvent event) {
		return this.shards.of(event.organization(), event.customer()).blockOptional(LIMIT).orElseThrow().number();
	}

	private void send(KafkaProducer<String, byte[]> producer, List<UsageEvent> events) {
		Map<UUID, Integer> known = new HashMap<>();
		events.forEach((event) -> producer.send(new ProducerRecord<>(
				UsageTopics.ofShard(known.computeIfAbsent(event.customer(), (customer) -> shardOf(event))),
				UsageTopics.keyOf(event), UsageEventFormat.write(event))));
		producer.flush();
	}

	private static KafkaProducer<String, byte[]> producer() {
		return new KafkaProducer<>(
				Map.of("bootstrap.servers", EmbeddedServers.kafka().bootstrapServers(), "acks", "all",
						"linger.ms", "5"),
				new StringSerializer(), new ByteArraySerializer());
	}

	private static KafkaConsumer<String, byte[]> consumer(String group) {
		return new KafkaConsumer<>(Map.of("bootstrap.servers", EmbeddedServers.kafka().bootstrapServers(), "group.id",
				group, "enable.auto.commit", "false"), new StringDeserializer(), new ByteArrayDeserializer());
	}

	private static List<TopicPartition> partitions() {
		return Stream.of(0, 1)
				.flatMap((shard) -> Stream.of(0, 1, 2)
						.map((part) -> new TopicPartition(UsageTopics.ofShard(shard), part)))
				.toList();
	}

	private static Map<TopicPartition, Long> ends() {
		try (KafkaConsumer<String, byte[]> consumer = consumer("ends")) {
			return consumer.endOffsets(partitions());
		}
	}

	@Autowired
	private CountingSettings settings;

	private void commit(Map<TopicPartition, Long> offsets) {
		for (int shard = 0; shard < SHARDS.size(); shard++) {
			String topic = UsageTopics.ofShard(shard);
			try (KafkaConsumer<String, byte[]> consumer = consumer(this.settings.group() + "-" + shard)) {
				Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
				offsets.forEach((partition, offset) -> {
					if (partition.topic().equals(topic)) {
						positions.put(partition, new OffsetAndMetadata(offset));
					}
				});
				eventually(() -> isCommitted(consumer, positions));
			}
		}
	}

	/// Not while the members that were stopped have not left yet.
	private static boolean isCommitted(KafkaConsumer<String, byte[]> consumer,
			Map<TopicPartition, OffsetAndMetadata> positions) {
		try {
			consumer.assign(positions.keySet());
			consumer.commitSync(positions);
			return true;
		}
		catch (CommitFailedException membersLeft) {
			return false;
		}
	}

	private static List<ConsumerRecord<String, byte[]>> deadRecords() {
		try (KafkaConsumer<String, byte[]> consumer = consumer("dead")) {
			TopicPartition dead = new TopicPartition(UsageTopics.DEAD, 0);
			consumer.assign(List.of(dead));
			consumer.seekToBeginning(List.of(dead));
			List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
			long end = consumer.endOffsets(List.of(dead)).getOrDefault(dead, 0L);
			while (consumer.position(dead) < end) {
				consumer.poll(Duration.ofMillis(200)).forEach(records::add);
			}
			return records;
		}
	}

	private static String header(ConsumerRecord<String, byte[]> record, String name) {
		return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
	}

	private static void pause(Duration pause) {
		Mono.delay(pause).block(LIMIT);
	}

	/// Runs beside the real time; its hours end when a test says so.
	static final class ShiftedClock extends Clock {

		private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

		void advance(Duration by) {
			this.ahead.updateAndGet(by::plus);
		}

		@Override
		public Instant instant() {
			return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000)).instant().plus(this.ahead.get());
		}

		@Override
		public java.time.ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(java.time.ZoneId zone) {
			return Clock.offset(Clock.system(zone), this.ahead.get());
		}

	}

}
