package io.billwright.platform.caching;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.redis.Patience;

/// The level that the instances of a service share.
///
/// A key holds a value as JSON, or for a while after an eviction a tombstone with a random number. Who loads a value
/// first reads what the key holds, and may write only where it still holds the same: so what was read from the database
/// before an eviction is never written after it.
final class RedisLevel {

	/// No JSON begins with it.
	private static final String TOMBSTONE = "!";

	/// Equal to nothing that is ever stored, so nothing is written over what could not be read.
	private static final String UNKNOWN = TOMBSTONE + "unknown";

	private static final RedisScript<Long> WRITE_IF_UNCHANGED = RedisScript.of("""
			local held = redis.call('GET', KEYS[1])
			if (held or '') ~= ARGV[1] then return 0 end
			redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
			return 1""", Long.class);

	private static final RedisScript<Long> EVICT = RedisScript.of("""
			redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
			return redis.call('PUBLISH', ARGV[3], KEYS[1])""", Long.class);

	private static final Duration HOT_KEYS_TTL = Duration.ofDays(1);

	private final ReactiveStringRedisTemplate redis;

	private final CachingSettings settings;

	private final String channel;

	private final BooleanSupplier reachable;

	private final MeterRegistry meters;

	/// @param reachable whether it is worth trying; where not, it is done without at once
	RedisLevel(ReactiveStringRedisTemplate redis, CachingSettings settings, String channel, BooleanSupplier reachable,
			MeterRegistry meters) {
		this.redis = redis;
		this.settings = settings;
		this.channel = channel;
		this.reachable = reachable;
		this.meters = meters;
	}

	/// Whether what a key holds is a value.
	static boolean isValue(String held) {
		return !held.isEmpty() && !held.startsWith(TOMBSTONE);
	}

	/// What the key holds: a value, a tombstone, or nothing as the empty string. Never fails.
	Mono<String> read(String key) {
		if (!this.reachable.getAsBoolean()) {
			return Mono.just(UNKNOWN);
		}
		return Patience.atMost(this.settings.redisTimeout(), this.redis.opsForValue().get(key))
				.defaultIfEmpty("")
				.onErrorResume(Exception.class, (ex) -> failed("read").thenReturn(UNKNOWN));
	}

	/// Writes the value where the key still holds what was read. Never fails.
	Mono<Void> write(String key, String held, String value, Duration ttl) {
		if (held.equals(UNKNOWN) || !this.reachable.getAsBoolean()) {
			return Mono.empty();
		}
		List<String> arguments = List.of(held, value, Long.toString(ttl.toMillis()));
		return Patience
				.atMost(this.settings.redisTimeout(),
						this.redis.execute(WRITE_IF_UNCHANGED, List.of(key), arguments).then())
				.onErrorResume(Exception.class, (ex) -> failed("write"));
	}

	/// Forgets the key, here and on every instance; fails where Redis does not do it in time.
	Mono<Void> evict(String key) {
		String tombstone = TOMBSTONE + UUID.randomUUID();
		String ttl = Long.toString(this.settings.tombstoneTtl().toMillis());
		return Patience
				.atMost(this.settings.redisTimeout(),
						this.redis.execute(EVICT, List.of(key), List.of(tombstone, ttl, this.channel)).then())
				.onErrorResume(Exception.class, (ex) -> failed("evict").then(Mono.error(ex)));
	}

	/// Notes hot keys under a name, the newest on top and only so many of them. Never fails.
	Mono<Void> remember(String name, List<String> hot, double now) {
		return Flux.fromIterable(hot)
				.concatMap((key) -> this.redis.opsForZSet().add(name, key, now))
				.then(this.redis.opsForZSet().removeRange(name, Range.closed(0L, -1L - this.settings.warmKeys())))
				.then(this.redis.expire(name, HOT_KEYS_TTL))
				.then()
				.onErrorResume(Exception.class, (ex) -> failed("remember"));
	}

	/// The hot keys under a name, the hottest first. Never fails.
	Flux<String> recall(String name) {
		return this.redis.opsForZSet()
				.reverseRange(name, Range.closed(0L, this.settings.warmKeys() - 1L))
				.onErrorResume(Exception.class, (ex) -> failed("recall").thenMany(Flux.empty()));
	}

	private Mono<Void> failed(String operation) {
		return Mono.fromRunnable(() -> this.meters.counter("cache.redis.failures", "operation", operation).increment());
	}

}
