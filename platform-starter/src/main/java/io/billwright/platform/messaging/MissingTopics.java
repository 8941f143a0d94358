package io.billwright.platform.messaging;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Creates topics that do not exist yet, when they are first needed.
public final class MissingTopics {

	private final KafkaClients clients;

	private final MessagingSettings.Topics settings;

	private final Set<String> known = ConcurrentHashMap.newKeySet();

	MissingTopics(KafkaClients clients, MessagingSettings.Topics settings) {
		this.clients = clients;
		this.settings = settings;
	}

	/// Topics of events: compacted, so that the newest snapshot of each aggregate stays for ever. Cold; completes when all
	/// exist, at once for those it has seen before.
	Mono<Void> ensureCompacted(Collection<String> topics) {
		return ensure(topics, this.settings.partitions(),
				Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
						TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG,
						Long.toString(this.settings.minCompactionLag().toMillis()),
						TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
						Long.toString(this.settings.maxCompactionLag().toMillis())));
	}

	/// Topics of one consumer group that each record passes once: dead letters and replays.
	public Mono<Void> ensureTransit(Collection<String> topics) {
		return ensure(topics, 1,
				Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
						TopicConfig.RETENTION_MS_CONFIG,
						Long.toString(this.settings.deadLetterRetention().toMillis())));
	}

	/// Topics that are a queue: every record is kept for a time and then gone.
	public Mono<Void> ensureQueues(Collection<String> topics, int partitions, Duration retention) {
		return ensure(topics, partitions, Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
				TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis())));
	}

	/// Looks again next time: somebody may have deleted a topic.
	void forget() {
		this.known.clear();
	}

	private Mono<Void> ensure(Collection<String> topics, int partitions, Map<String, String> configuration) {
		return Flux.fromIterable(topics)
				.distinct()
				.filter((topic) -> !this.known.contains(topic))
				.map((topic) -> new NewTopic(topic, partitions, this.settings.replicationFactor())
						.configs(new HashMap<>(configuration)))
				.collectList()
				.filter((missing) -> !missing.isEmpty())
				.flatMap((missing) -> this.clients.admin().flatMap((admin) -> create(admin, missing)));
	}

	private Mono<Void> create(Admin admin, List<NewTopic> topics) {
		return Mono.defer(() -> Flux.fromIterable(admin.createTopics(topics).values().entrySet())
				.flatMap((created) -> KafkaClients.answer(created.getValue())
						.onErrorResume(MissingTopics::isAlreadyThere, (error) -> Mono.empty())
						.doOnSuccess((nothing) -> this.known.add(created.getKey())))
				.then());
	}

	private static boolean isAlreadyThere(Throwable error) {
		return error instanceof TopicExistsException
				|| (error instanceof CompletionException && error.getCause() instanceof TopicExistsException);
	}

}
