package io.billwright.platform.messaging;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.redis.Patience;

/// Tells the gateways what their kept answers may be about that has changed: `org_... tag tag` on a channel of Redis, where
/// the tags of an event are its topic and its subject.
final class EdgePurges {

	private static final String CHANNEL = "edge-cache.purged";

	private static final Duration TIMEOUT = Duration.ofMillis(500);

	private static final Logger log = LoggerFactory.getLogger(EdgePurges.class);

	private final @Nullable ReactiveStringRedisTemplate redis;

	EdgePurges(@Nullable ReactiveStringRedisTemplate redis) {
		this.redis = redis;
	}

	/// Never fails: where Redis does not answer, a kept answer stands until its lifetime ends.
	Mono<Void> publish(List<OutboxRow> events) {
		@Nullable
		ReactiveStringRedisTemplate channel = this.redis;
		if (channel == null) {
			return Mono.empty();
		}
		return Flux.fromIterable(tags(events).entrySet())
				.concatMap((entry) -> Patience.atMost(TIMEOUT,
						channel.convertAndSend(CHANNEL, entry.getKey() + ' ' + String.join(" ", entry.getValue()))))
				.then()
				.doOnError((error) -> log.warn("The gateways were not told of changes: {}", Causes.describe(error)))
				.onErrorComplete();
	}

	private static Map<String, Set<String>> tags(List<OutboxRow> events) {
		Map<String, Set<String>> tags = new LinkedHashMap<>();
		for (OutboxRow event : events) {
			Set<String> changed = tags.computeIfAbsent(event.tenant().organizationId().text(),
					(organization) -> new LinkedHashSet<>());
			changed.add(event.topic());
			changed.add(event.subject());
		}
		return tags;
	}

}
