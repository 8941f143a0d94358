package io.billwright.gateway.cache;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

import io.billwright.gateway.redis.EdgeRedis;

/// A shared cache (RFC 9111) of the answers of services whose routes say so. It is asked after the credential and the limits
/// of each request have been checked, and keeps apart what different organizations, or callers with other rights, may see.
///
/// As long as it does not hear what others purge it keeps nothing and gives nothing out.
@Component
public final class SharedCache {

	/// The Redis channel of purges: an organization, [Key#PUBLIC] or `*`, then tags or `*`, with spaces between.
	static final String CHANNEL = "edge-cache.purged";

	private static final Logger logger = LoggerFactory.getLogger(SharedCache.class);

	private final CacheSettings settings;

	private final Storing storing;

	private final EdgeRedis redis;

	private final Answers answers;

	private final Semaphore background;

	private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);

	private final Counter purged;

	private final AtomicLong collecting = new AtomicLong();

	private volatile boolean hearing;

	SharedCache(CacheSettings settings, Storing storing, EdgeRedis redis, MeterRegistry meters) {
		this.settings = settings;
		this.storing = storing;
		this.redis = redis;
		this.answers = new Answers(settings, System::nanoTime);
		this.background = new Semaphore(settings.background());
		for (Outcome outcome : Outcome.values()) {
			this.outcomes.put(outcome, Counter.builder("billwright.gateway.cache")
					.description("Requests that the cache has seen")
					.tag("outcome", outcome.tag())
					.register(meters));
		}
		this.purged = Counter.builder("billwright.gateway.cache.purges")
				.description("Purges that this instance made or heard of")
				.register(meters);
		Gauge.builder("billwright.gateway.cache.size", this.answers, Answers::weight)
				.description("What is kept")
				.baseUnit("bytes")
				.register(meters);
	}

	/// Answers a request from what is kept, or lets its service answer. Cold.
	///
	/// @param sent what the service would be sent
	/// @param prefix of the path, which led to the service
	public Mono<Void> serve(ServerWebExchange exchange, String prefix, HttpHeaders sent, Origin origin) {
		return new CachedRequest(this, exchange, prefix, sent, origin).begin();
	}

	/// Makes room for a part of a body that is being collected, all of which together take no more than what is kept.
	boolean reserve(long bytes) {
		if (this.collecting.addAndGet(bytes) > this.settings.size().toBytes()) {
			this.collecting.addAndGet(-bytes);
			return false;
		}
		return true;
	}

	void release(long bytes) {
		this.collecting.addAndGet(-bytes);
	}

	CacheSettings settings() {
		return this.settings;
	}

	Storing storing() {
		return this.storing;
	}

	Answers answers() {
		return this.answers;
	}

	Semaphore background() {
		return this.background;
	}

	boolean isHearing() {
		return this.hearing;
	}

	void count(Outcome outcome) {
		Objects.requireNonNull(this.outcomes.get(outcome)).increment();
	}

	/// Forgets here, at once, and tells the others.
	@SuppressWarnings("FutureReturnValueIgnored") // whoever asked has been answered, and does not wait for other instances
	void purge(String organization, Collection<String> tags) {
		this.answers.purges().purge(organization, tags);
		this.redis.publish(CHANNEL, organization + ' ' + String.join(" ", tags))
				.doOnError((away) -> logger.warn("A purge cannot be told to other gateways: {}", away.getMessage()))
				.onErrorComplete()
				.toFuture();
	}

	/// Forgets what somebody else has purged.
	void hear(String message) {
		List<String> words = List.of(message.strip().split(" +", -1));
		if (words.size() < 2) {
			logger.warn("A purge that names no tag was ignored");
			return;
		}
		this.answers.purges().purge(words.getFirst(), words.subList(1, words.size()));
		this.purged.increment();
	}

	/// From now on purges are heard, or may be missed. Some may have been missed before either way.
	void hear(boolean all) {
		this.hearing = all;
		this.answers.forgetAll();
	}

}
