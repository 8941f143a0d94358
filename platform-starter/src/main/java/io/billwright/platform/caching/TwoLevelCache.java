package io.billwright.platform.caching;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.transaction.reactive.TransactionContext;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.tenancy.FromPrimary;
import io.billwright.platform.tenancy.Tenant;

/// Values of the current tenant by key: looked up in this process, then in Redis, then loaded.
///
/// The organization and the mode are part of every key. Without a tenant in the Reactor context nothing is found and
/// everything fails with an [IllegalStateException].
///
/// @param <K> the keys
/// @param <V> the values, which Jackson can write and read
public final class TwoLevelCache<K, V> {

	private final KeySpace<K> keys;

	private final CacheSettings settings;

	private final Duration loadTimeout;

	private final LocalLevel<V> local;

	private final RedisLevel redis;

	private final Evictions evictions;

	private final JsonMapper json;

	private final ObjectReader reader;

	private final Gets gets;

	TwoLevelCache(KeySpace<K> keys, Class<V> type, CacheSettings settings, Duration loadTimeout, LocalLevel<V> local,
			RedisLevel redis, Evictions evictions, JsonMapper json, MeterRegistry meters) {
		this.keys = keys;
		this.settings = settings;
		this.loadTimeout = loadTimeout;
		this.local = local;
		this.redis = redis;
		this.evictions = evictions;
		this.json = json;
		this.reader = json.readerFor(type);
		this.gets = Gets.of(meters, keys.name());
	}

	/// The value, from the loader where no level has it.
	///
	/// However many ask for one key of one tenant at the same time, one of them loads it. Inside a transaction the
	/// loader is always asked and nothing is kept: what it reads there may be what nobody else may see yet.
	///
	/// @param loader reads the value from where it really is, in a transaction of its own; empty where there is none,
	///        which is not remembered unless the cache's `absence` is set
	/// @return a cold Mono of the value; fails as the loader fails
	public Mono<V> get(K key, Function<? super K, Mono<V>> loader) {
		return Mono.deferContextual((context) -> isInTransaction(context)
				? loader.apply(key)
				: find(this.keys.of(Tenant.require(context), key), Mono.defer(() -> loader.apply(key)), context));
	}

	private Mono<V> find(String key, Mono<V> loader, ContextView context) {
		CompletableFuture<Optional<V>> known = this.local.find(key);
		this.gets.local(known != null);
		CompletableFuture<Optional<V>> value = (known != null)
				? known
				: this.local.findOrLoad(key, load(key, loader).contextWrite((empty) -> empty.putAll(context)));
		return Mono.fromFuture(value, true).flatMap(Mono::justOrEmpty);
	}

	private Mono<Optional<V>> load(String key, Mono<V> loader) {
		return this.redis.read(key)
				.flatMap((held) -> decode(held).doOnNext((value) -> this.gets.redis(true))
						.switchIfEmpty(Mono.defer(() -> loadAndKeep(key, held, loader))));
	}

	/// A replica may still hold the value that was evicted.
	private Mono<Optional<V>> loadAndKeep(String key, String held, Mono<V> loader) {
		this.gets.redis(false);
		return loader.contextWrite(FromPrimary.bind())
				.timeout(this.loadTimeout)
				.map(Optional::of)
				.switchIfEmpty(this.settings.absence() ? Mono.just(Optional.empty()) : Mono.empty())
				.delayUntil((value) -> this.redis.write(key, held, encode(value), this.settings.redisTtl()));
	}

	/// Forgets the value on every instance: at once, or inside a transaction after its commit. Redis being down is no
	/// failure: this instance forgets, and Redis is told when it is back.
	///
	/// @return a cold Mono that completes when it is done, or registered
	public Mono<Void> evict(K key) {
		return Mono.deferContextual((context) -> {
			Mono<Void> eviction = Flux.fromIterable(this.keys.ofBothModes(Tenant.require(context), key))
					.flatMap(this.evictions::evict)
					.then();
			return isInTransaction(context) ? afterCommit(eviction) : eviction;
		});
	}

	private static boolean isInTransaction(ContextView context) {
		return context.hasKey(TransactionContext.class);
	}

	private static Mono<Void> afterCommit(Mono<Void> work) {
		TransactionSynchronization synchronization = new TransactionSynchronization() {

			@Override
			public Mono<Void> afterCommit() {
				return work;
			}

		};
		return TransactionSynchronizationManager.forCurrentTransaction()
				.doOnNext((transaction) -> transaction.registerSynchronization(synchronization))
				.then();
	}

	/// Fetches from Redis what was hot and is not here.
	Mono<Void> warm() {
		return this.redis.recall(this.keys.hotKeys())
				.filter((key) -> this.local.find(key) == null)
				.flatMap((key) -> this.local.add(key, this.redis.read(key).flatMap(this::decode)), Caches.WARMERS)
				.then();
	}

	/// Notes what is hot here.
	Mono<Void> remember(int limit, double now) {
		return this.redis.remember(this.keys.hotKeys(), this.local.hottest(limit), now);
	}

	/// The JSON literal `null` is a remembered absence. What an older version wrote and this one cannot read counts as
	/// absent and is written anew.
	private Mono<Optional<V>> decode(String held) {
		if (!RedisLevel.isValue(held)) {
			return Mono.empty();
		}
		try {
			return Mono.just(Optional.ofNullable(this.reader.readValue(held)));
		}
		catch (JacksonException incompatible) {
			return Mono.empty();
		}
	}

	private String encode(Optional<V> value) {
		return this.json.writeValueAsString(value.orElse(null));
	}

	/// Look-ups by level and result.
	private record Gets(Counter localHits, Counter localMisses, Counter redisHits, Counter redisMisses) {

		static Gets of(MeterRegistry meters, String name) {
			return new Gets(counter(meters, name, "local", "hit"), counter(meters, name, "local", "miss"),
					counter(meters, name, "redis", "hit"), counter(meters, name, "redis", "miss"));
		}

		private static Counter counter(MeterRegistry meters, String name, String level, String result) {
			return Counter.builder("cache.gets")
					.description("Look-ups in one level of a cache")
					.tag("cache", name)
					.tag("level", level)
					.tag("result", result)
					.register(meters);
		}

		void local(boolean hit) {
			(hit ? this.localHits : this.localMisses).increment();
		}

		void redis(boolean hit) {
			(hit ? this.redisHits : this.redisMisses).increment();
		}

	}

}
