package io.billwright.platform.caching;

import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/// The caches of a service.
public final class Caches {

	/// Hot keys fetched at the same time.
	static final int WARMERS = 8;

	private final String service;

	private final CachingSettings settings;

	private final Link link;

	private final RedisLevel redis;

	private final Evictions evictions;

	private final JsonMapper json;

	private final MeterRegistry meters;

	private final Clock clock;

	private final Map<String, TwoLevelCache<?, ?>> caches = new ConcurrentHashMap<>();

	private final Map<String, LocalLevel<?>> locals = new ConcurrentHashMap<>();

	Caches(String service, CachingSettings settings, Link link, RedisLevel redis, JsonMapper json, MeterRegistry meters,
			Clock clock) {
		this.service = service;
		this.settings = settings;
		this.link = link;
		this.redis = redis;
		this.json = json;
		this.meters = meters;
		this.clock = clock;
		this.evictions = new Evictions(redis, this::forget, settings.owedEvictions(), meters);
		link.listeners(this::forget, this::forgetAll, this.evictions.settle());
		Gauge.builder("cache.link.up", link, (it) -> it.isUp() ? 1 : 0)
				.description("1 where evictions of other instances are heard")
				.register(meters);
	}

	/// Makes a cache.
	///
	/// @param name of letters and dashes, unique in the service; its limits are `billwright.caching.caches.<name>.*`
	/// @param key the text by which a key is told from the others of the same tenant
	/// @param type of the values
	/// @throws IllegalStateException where there is one of that name already
	public <K, V> TwoLevelCache<K, V> named(String name, Function<? super K, String> key, Class<V> type) {
		CacheSettings own = this.settings.of(name);
		LocalLevel<V> local = new LocalLevel<>(own.maxEntries(),
				() -> this.link.isUp() ? own.ttl() : this.settings.ttlWhileAlone());
		TwoLevelCache<K, V> cache = new TwoLevelCache<>(new KeySpace<>(this.service, name, key), type, own,
				this.settings.loadTimeout(), local, this.redis, this.evictions, this.json, this.meters);
		if (this.caches.putIfAbsent(name, cache) != null) {
			throw new IllegalStateException("There is a cache named '%s' already".formatted(name));
		}
		this.locals.put(name, local);
		Gauge.builder("cache.size", local, LocalLevel::size)
				.description("Entries in this process")
				.tag("cache", name)
				.register(this.meters);
		return cache;
	}

	private void forget(String key) {
		this.locals.values().forEach((local) -> local.forget(key));
	}

	private void forgetAll() {
		this.locals.values().forEach(LocalLevel::forgetAll);
	}

	/// Fetches what was hot from Redis, then notes what is hot now. Does nothing while Redis is away.
	Mono<Void> warm() {
		return Mono.defer(() -> this.link.isUp() ? warm(this.caches.values()) : Mono.empty());
	}

	private Mono<Void> warm(Collection<TwoLevelCache<?, ?>> all) {
		double now = this.clock.instant().getEpochSecond();
		return Flux.fromIterable(all)
				.concatMap((cache) -> cache.warm().then(cache.remember(this.settings.warmKeys(), now)))
				.then();
	}

}
