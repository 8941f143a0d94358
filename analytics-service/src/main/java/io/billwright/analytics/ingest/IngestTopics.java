package io.billwright.analytics.ingest;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import io.billwright.analytics.wire.UsageTopics;
import io.billwright.platform.messaging.Backoff;
import io.billwright.platform.messaging.Causes;
import io.billwright.platform.messaging.MissingTopics;

/// Creates the topics of the intake that do not exist yet; those of the shards belong to the counting.
@Component
final class IngestTopics implements SmartLifecycle {

	/// Between attempts while Kafka is down.
	static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

	private static final Logger log = LoggerFactory.getLogger(IngestTopics.class);

	/// Partners' records are read by as many instances at the most.
	private static final int INBOUND_PARTITIONS = 6;

	/// How long partners' records wait for the intake at the most.
	private static final Duration INBOUND_RETENTION = Duration.ofDays(7);

	/// Live tails begin at the end, so that nobody reads what is old.
	private static final Duration REJECTS_RETENTION = Duration.ofHours(1);

	private final MissingTopics topics;

	private @Nullable Disposable work;

	IngestTopics(MissingTopics topics) {
		this.topics = topics;
	}

	@Override
	public void start() {
		this.work = create().retryWhen(BACKOFF.forever(
				(error) -> log.warn("The topics of the usage intake are not there yet: {}", Causes.describe(error))))
				.subscribe();
	}

	private Mono<Void> create() {
		return Mono.defer(() -> this.topics.ensureQueues(List.of(Rejects.TOPIC), 1, REJECTS_RETENTION)
				.then(this.topics.ensureQueues(List.of(Inbound.TOPIC), INBOUND_PARTITIONS, INBOUND_RETENTION))
				.then(this.topics.ensureTransit(List.of(UsageTopics.DEAD))));
	}

	@Override
	public void stop() {
		if (this.work != null) {
			this.work.dispose();
			this.work = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.work != null;
	}

}
