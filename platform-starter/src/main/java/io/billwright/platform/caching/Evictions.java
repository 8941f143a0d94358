package io.billwright.platform.caching;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Sees to it that what was evicted is forgotten everywhere, also where Redis is down just then.
final class Evictions {

	private static final Logger log = LoggerFactory.getLogger(Evictions.class);

	private final RedisLevel redis;

	private final Consumer<String> local;

	private final int limit;

	private final Set<String> owed = ConcurrentHashMap.newKeySet();

	private final Counter lost;

	/// @param local forgets a key in this process
	/// @param limit evictions that may wait for Redis
	Evictions(RedisLevel redis, Consumer<String> local, int limit, MeterRegistry meters) {
		this.redis = redis;
		this.local = local;
		this.limit = limit;
		this.lost = Counter.builder("cache.evictions.lost")
				.description(
						"Evictions that Redis never heard of: other instances may be stale until the entry expires")
				.register(meters);
		Gauge.builder("cache.evictions.owed", this.owed, Set::size)
				.description("Evictions that wait for Redis to come back")
				.register(meters);
	}

	/// Forgets the key here at once, and everywhere as soon as Redis can say so. Never fails.
	Mono<Void> evict(String key) {
		return Mono.fromRunnable(() -> this.local.accept(key))
				.then(this.redis.evict(key))
				.onErrorResume(Exception.class, (ex) -> Mono.fromRunnable(() -> owe(key)));
	}

	private void owe(String key) {
		if (this.owed.size() < this.limit) {
			this.owed.add(key);
			return;
		}
		this.lost.increment();
		log.warn("Redis is down and {} evictions wait for it already: one more is lost", this.limit);
	}

	/// Makes up for what is owed; stops at the first failure and leaves the rest for the next time.
	Mono<Void> settle() {
		return Flux.fromIterable(this.owed)
				.concatMap((key) -> this.redis.evict(key).doOnSuccess((done) -> this.owed.remove(key)))
				.then()
				.onErrorResume(Exception.class, (ex) -> Mono.empty());
	}

}
