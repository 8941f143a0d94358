package io.billwright.platform.messaging;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Dead letters on the management port: count them by cause, replay them.
@Endpoint(id = "deadletters")
final class DeadLettersEndpoint {

	private static final int DEFAULT_LIMIT = 100;

	private static final int MAX_LIMIT = 10_000;

	private final DeadLetters deadLetters;

	private final List<String> topics;

	DeadLettersEndpoint(DeadLetters deadLetters, Collection<Subscription<?>> subscriptions) {
		this.deadLetters = deadLetters;
		this.topics = subscriptions.stream().map(Subscription::topic).distinct().toList();
	}

	/// How many wait, by topic and cause.
	@ReadOperation
	Mono<Map<String, Map<String, Long>>> summary() {
		return Flux.fromIterable(this.topics)
				.concatMap((topic) -> this.deadLetters.causes(topic).map((causes) -> Map.entry(topic, causes)))
				.collectMap(Map.Entry::getKey, Map.Entry::getValue);
	}

	/// How many of one topic wait, by cause.
	@ReadOperation
	Mono<Map<String, Long>> causes(@Selector String topic) {
		return this.deadLetters.causes(requireKnown(topic));
	}

	/// Replays the oldest ones.
	///
	/// @param limit how many at the most, 1 to 10,000, default 100
	@WriteOperation
	Mono<Replayed> replay(@Selector String topic, @Nullable Integer limit) {
		int count = Optional.ofNullable(limit).orElse(DEFAULT_LIMIT);
		if (count < 1 || count > MAX_LIMIT) {
			throw new InvalidEndpointRequestException("limit must be 1 to " + MAX_LIMIT, "limit is out of range");
		}
		return this.deadLetters.replay(requireKnown(topic), count).map(Replayed::new);
	}

	private String requireKnown(String topic) {
		if (!this.topics.contains(topic)) {
			throw new InvalidEndpointRequestException("This service subscribes to " + this.topics + " only",
					"the topic is unknown");
		}
		return topic;
	}

	/// @param replayed dead letters handed to their subscriptions again
	record Replayed(long replayed) {}

}
