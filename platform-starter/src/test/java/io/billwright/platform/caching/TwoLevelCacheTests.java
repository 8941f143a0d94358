package io.billwright.platform.caching;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.money.Money;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.PlatformTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/// Two instances of one service, on one real Redis.
@PlatformTest(classes = TwoLevelCacheTests.Application.class, properties = "spring.application.name=caching-tests")
class TwoLevelCacheTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private static final Duration BEAT = Duration.ofSeconds(1);

	private final Tenant tenant = new Tenant(UUID.randomUUID(), true);

	private final String service = "sample-" + UUID.randomUUID();

	private final AtomicInteger loads = new AtomicInteger();

	@Autowired
	private ReactiveRedisConnectionFactory connections;

	@Autowired
	private ReactiveStringRedisTemplate redis;

	@Autowired
	private JsonMapper json;

	@Autowired
	private TransactionalOperator transaction;

	@Value("${spring.data.redis.url}")
	private String url;

	private Instance one;

	private Instance two;

	@BeforeEach
	void start() {
		this.one = new Instance(Map.of());
		this.two = new Instance(Map.of());
		await().atMost(LIMIT).until(() -> this.one.link.isUp() && this.two.link.isUp());
	}

	@AfterEach
	void stop() {
		this.one.link.stop();
		this.two.link.stop();
	}

	@Test
	void valueWhenLoadedThenLocalHereAndInRedisForOthers() {
		assertThat(get(this.one, "a", "first")).isEqualTo("first");
		assertThat(get(this.one, "a", "second")).isEqualTo("first");
		assertThat(get(this.two, "a", "third")).isEqualTo("first");
		assertThat(this.loads).hasValue(1);
		assertThat(this.one.gets("local", "hit")).isEqualTo(1);
		assertThat(this.one.gets("redis", "miss")).isEqualTo(1);
		assertThat(this.two.gets("redis", "hit")).isEqualTo(1);
	}

	@Test
	void valueWhenManyAskThenLoadedOnce() {
		Mono<String> slow = Mono.delay(Duration.ofMillis(200)).map((tick) -> "slow" + this.loads.incrementAndGet());
		StepVerifier.create(Flux.range(0, 100)
				.flatMap((i) -> this.one.cache.get("a", (key) -> slow).subscribeOn(Schedulers.parallel()), 100)
				.distinct()
				.contextWrite(this.tenant.bind())).expectNext("slow1").expectComplete().verify(LIMIT);
		assertThat(this.loads).hasValue(1);
	}

	@Test
	void loadWhenWhoAskedFirstGoesAwayThenGoesOnForTheOthers() {
		Mono<String> slow = Mono.delay(Duration.ofMillis(300)).map((tick) -> "slow" + this.loads.incrementAndGet());
		Mono<String> asked = this.one.cache.get("a", (key) -> slow).contextWrite(this.tenant.bind());
		asked.subscribe().dispose();
		StepVerifier.create(asked).expectNext("slow1").expectComplete().verify(LIMIT);
	}

	@Test
	void valueWhenOfAnotherTenantOrModeThenNotSeen() {
		assertThat(get(this.one, "a", "mine")).isEqualTo("mine");
		for (Tenant other : List.of(new Tenant(UUID.randomUUID(), true),
				new Tenant(this.tenant.organization(), false))) {
			assertThat(this.one.cache.get("a", (key) -> Mono.just("other's")).contextWrite(other.bind()).block(LIMIT))
					.isEqualTo("other's");
		}
	}

	@Test
	void valueWhenThereIsNoTenantThenRefused() {
		StepVerifier.create(this.one.cache.get("a", (key) -> Mono.just("whose?")))
				.expectError(IllegalStateException.class)
				.verify(LIMIT);
	}

	@Test
	void valueWhenEvictedThenForgottenOnEveryInstance() {
		get(this.one, "a", "old");
		get(this.two, "a", "old");
		evict(this.one, "a");
		assertThat(get(this.one, "a", "new")).isEqualTo("new");
		await().atMost(LIMIT).untilAsserted(() -> assertThat(get(this.two, "a", "new")).isEqualTo("new"));
	}

	@Test
	void valueWhenReadBeforeAnEvictionThenNotKeptAfterIt() {
		Sinks.One<String> database = Sinks.one();
		Mono<String> early = this.one.cache.get("a", (key) -> database.asMono()).contextWrite(this.tenant.bind())
				.cache();
		early.subscribe();
		await().atMost(LIMIT).until(() -> database.currentSubscriberCount() == 1);
		evict(this.two, "a");
		database.tryEmitValue("old");
		assertThat(early.block(LIMIT)).isEqualTo("old");
		assertThat(get(this.two, "a", "new")).isEqualTo("new");
		await().atMost(LIMIT).untilAsserted(() -> assertThat(get(this.one, "a", "new")).isEqualTo("new"));
		assertThat(this.redis.opsForValue().get(redisKey("a")).block(LIMIT)).isEqualTo("\"new\"");
	}

	@Test
	void evictionWhenInATransactionThenWaitsForTheCommit() {
		get(this.one, "a", "old");
		AtomicInteger seenBeforeCommit = new AtomicInteger();
		Mono<Void> change = this.one.cache.evict("a")
				.then(Mono.fromRunnable(() -> seenBeforeCommit.set(get(this.two, "a", "new").equals("old") ? 1 : 0))
						.subscribeOn(Schedulers.boundedElastic()))
				.then();
		StepVerifier.create(change.as(this.transaction::transactional).contextWrite(this.tenant.bind()))
				.expectComplete()
				.verify(LIMIT);
		assertThat(seenBeforeCommit).hasValue(1);
		assertThat(get(this.one, "a", "new")).isEqualTo("new");
	}

	@Test
	void evictionWhenTransactionRollsBackThenNothingIsForgotten() {
		get(this.one, "a", "old");
		StepVerifier
				.create(this.one.cache.evict("a")
						.then(Mono.error(new IllegalArgumentException("no")))
						.as(this.transaction::transactional)
						.contextWrite(this.tenant.bind()))
				.expectError(IllegalArgumentException.class)
				.verify(LIMIT);
		assertThat(get(this.one, "a", "new")).isEqualTo("old");
	}

	@Test
	void valueWhenReadInATransactionThenNeitherTakenNorKept() {
		get(this.one, "a", "committed");
		Mono<String> inside = this.one.cache.get("a", (key) -> Mono.just("uncommitted"));
		StepVerifier.create(inside.as(this.transaction::transactional).contextWrite(this.tenant.bind()))
				.expectNext("uncommitted")
				.expectComplete()
				.verify(LIMIT);
		assertThat(get(this.one, "a", "other")).isEqualTo("committed");
	}

	@Test
	void absenceWhenNotAskedForThenNotRemembered() {
		StepVerifier.create(nothing(this.one)).expectComplete().verify(LIMIT);
		assertThat(get(this.one, "a", "found")).isEqualTo("found");
	}

	@Test
	void absenceWhenAskedForThenRemembered() {
		Instance remembering = new Instance(Map.of("words", new CacheSettings(100, Duration.ofSeconds(30),
				Duration.ofMinutes(1), true)));
		await().atMost(LIMIT).until(remembering.link::isUp);
		StepVerifier.create(nothing(remembering)).expectComplete().verify(LIMIT);
		StepVerifier.create(remembering.cache.get("a", this::load).contextWrite(this.tenant.bind()))
				.expectComplete()
				.verify(LIMIT);
		remembering.link.stop();
	}

	@Test
	void loaderWhenItFailsThenNothingIsRemembered() {
		StepVerifier
				.create(this.one.cache.get("a", (key) -> Mono.error(new IllegalArgumentException("down")))
						.contextWrite(this.tenant.bind()))
				.expectError(IllegalArgumentException.class)
				.verify(LIMIT);
		assertThat(get(this.one, "a", "up")).isEqualTo("up");
	}

	@Test
	void redisWhenItHangsThenDoneWithoutInTime() {
		pauseRedis(4_500);
		long start = System.nanoTime();
		assertThat(get(this.one, "a", "loaded")).isEqualTo("loaded");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
		assertThat(this.one.meters.counter("cache.redis.failures", "operation", "read").count()).isEqualTo(1);
		await().atMost(LIMIT).until(() -> !this.one.link.isUp());
		await().atMost(LIMIT).until(this.one.link::isUp);
	}

	@Test
	void evictionWhenRedisHangsThenMadeUpForLater() {
		get(this.one, "a", "old");
		get(this.two, "a", "old");
		pauseRedis(1_000);
		evict(this.one, "a");
		assertThat(this.one.meters.get("cache.evictions.owed").gauge().value()).isEqualTo(2);
		await().atMost(LIMIT)
				.untilAsserted(() -> assertThat(this.one.meters.get("cache.evictions.owed").gauge().value()).isZero());
		await().atMost(LIMIT).untilAsserted(() -> assertThat(get(this.two, "a", "new")).isEqualTo("new"));
		assertThat(get(this.one, "a", "new")).isEqualTo("new");
	}

	@Test
	void linkWhenInterruptedThenLocalEntriesAreForgotten() {
		get(this.one, "a", "old");
		StepVerifier.create(this.redis.keys("cache:*" + this.service + "*").concatMap(this.redis::delete).then())
				.expectComplete()
				.verify(LIMIT);
		assertThat(get(this.one, "a", "new")).isEqualTo("old");
		onRedis((connection) -> connection.sync().clientKill(KillArgs.Builder.typePubsub()));
		await().atMost(LIMIT).untilAsserted(() -> assertThat(get(this.one, "a", "new")).isEqualTo("new"));
	}

	@Test
	void valueWhenHotThenFetchedByANewInstanceBeforeItIsAskedFor() {
		get(this.one, "a", "hot");
		StepVerifier.create(this.one.caches.warm()).expectComplete().verify(LIMIT);
		StepVerifier.create(this.two.caches.warm()).expectComplete().verify(LIMIT);
		assertThat(get(this.two, "a", "cold")).isEqualTo("hot");
		assertThat(this.two.gets("local", "hit")).isEqualTo(1);
		assertThat(this.two.gets("redis", "hit")).isZero();
	}

	@Test
	void hotKeysWhenManyThenBounded() {
		for (int i = 0; i < 20; i++) {
			get(this.one, "key" + i, "value");
		}
		StepVerifier.create(this.one.caches.warm()).expectComplete().verify(LIMIT);
		StepVerifier.create(this.redis.opsForZSet().size("cache-hot:" + this.service + ":words"))
				.expectNext(10L)
				.expectComplete()
				.verify(LIMIT);
	}

	@Test
	void valueWhenARecordThenReadBackEqual() {
		Price price = new Price("standard", Money.parse("12.50", java.util.Currency.getInstance("EUR")));
		TwoLevelCache<String, Price> here = this.one.caches.named("prices", Function.identity(), Price.class);
		TwoLevelCache<String, Price> there = this.two.caches.named("prices", Function.identity(), Price.class);
		assertThat(here.get("a", (key) -> Mono.just(price)).contextWrite(this.tenant.bind()).block(LIMIT))
				.isEqualTo(price);
		assertThat(there.get("a", (key) -> Mono.empty()).contextWrite(this.tenant.bind()).block(LIMIT))
				.isEqualTo(price);
	}

	/// Two instances, many keys of which few are hot, and a change now and then.
	@Test
	void hitRateWhenSomeKeysAreHotThenToldAndAboveNinetyPercent() {
		Random random = new Random(1);
		for (int i = 0; i < 3_000; i++) {
			Instance instance = random.nextBoolean() ? this.one : this.two;
			String key = "key-" + (int) Math.pow(100, random.nextDouble());
			if (i % 100 == 0) {
				evict(instance, key);
			}
			instance.cache.get(key, this::load).contextWrite(this.tenant.bind()).block(LIMIT);
		}
		double lookUps = total("local", "hit") + total("local", "miss");
		double loaded = total("redis", "miss");
		assertThat(lookUps).isEqualTo(3_000);
		assertThat(loaded).isEqualTo(this.loads.get());
		assertThat(1 - loaded / lookUps).isGreaterThan(0.9);
	}

	private double total(String level, String result) {
		return this.one.gets(level, result) + this.two.gets(level, result);
	}

	@Test
	void valueWhenUnreadableThenLoadedAnew() {
		StepVerifier.create(this.redis.opsForValue().set(redisKey("a"), "{\"of\":\"another version\"}"))
				.expectNext(true)
				.expectComplete()
				.verify(LIMIT);
		assertThat(get(this.one, "a", "readable")).isEqualTo("readable");
		assertThat(get(this.two, "a", "other")).isEqualTo("readable");
	}

	@Test
	void cacheWhenNamedTwiceThenRefused() {
		assertThatIllegalStateException()
				.isThrownBy(() -> this.one.caches.named("words", Function.identity(), String.class));
	}

	private String redisKey(String key) {
		return "cache:{" + this.tenant.organization() + "}:" + this.service + ":words:live:" + key;
	}

	private Mono<String> load(String value) {
		return Mono.fromSupplier(() -> {
			this.loads.incrementAndGet();
			return value;
		});
	}

	private String get(Instance instance, String key, String value) {
		return instance.cache.get(key, (any) -> load(value)).contextWrite(this.tenant.bind()).block(LIMIT);
	}

	private Mono<String> nothing(Instance instance) {
		return instance.cache.get("a", (key) -> Mono.<String>empty()).contextWrite(this.tenant.bind());
	}

	private void evict(Instance instance, String key) {
		StepVerifier.create(instance.cache.evict(key).contextWrite(this.tenant.bind())).expectComplete().verify(LIMIT);
	}

	private void pauseRedis(long millis) {
		onRedis((connection) -> connection.sync().clientPause(millis));
	}

	private void onRedis(Function<StatefulRedisConnection<String, String>, Object> command) {
		try (RedisClient client = RedisClient.create(this.url);
				StatefulRedisConnection<String, String> connection = client.connect()) {
			command.apply(connection);
		}
	}

	private record Price(String name, Money amount) {}

	/// One process of the service, as far as caching goes.
	private final class Instance {

		private final MeterRegistry meters = new SimpleMeterRegistry();

		private final Link link;

		private final Caches caches;

		private final TwoLevelCache<String, String> cache;

		Instance(Map<String, CacheSettings> own) {
			CachingSettings settings = new CachingSettings(Duration.ofMillis(300), Duration.ofSeconds(10), BEAT, BEAT,
					Duration.ofMinutes(1), 10, 100, own);
			String channel = "cache-evictions:" + TwoLevelCacheTests.this.service;
			this.link = new Link(TwoLevelCacheTests.this.connections, TwoLevelCacheTests.this.redis, channel, BEAT);
			RedisLevel level = new RedisLevel(TwoLevelCacheTests.this.redis, settings, channel, this.link::isUp,
					this.meters);
			this.caches = new Caches(TwoLevelCacheTests.this.service, settings, this.link, level,
					TwoLevelCacheTests.this.json, this.meters, Clock.systemUTC());
			this.cache = this.caches.named("words", Function.identity(), String.class);
			this.link.start();
		}

		double gets(String level, String result) {
			return this.meters.get("cache.gets").tags("level", level, "result", result).counter().count();
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {
	}

}
