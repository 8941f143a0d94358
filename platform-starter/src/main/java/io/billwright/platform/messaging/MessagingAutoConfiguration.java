package io.billwright.platform.messaging;

import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.r2dbc.pool.ConnectionPool;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.kafka.receiver.KafkaReceiver;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.tenancy.TenancyAutoConfiguration;

/// Outbox, relay and subscriptions for every service that has a database.
@AutoConfiguration(after = TenancyAutoConfiguration.class, afterName = {
	"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
	"org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"})
@ConditionalOnClass({ConnectionPool.class, KafkaReceiver.class})
@ConditionalOnBean(ConnectionPool.class)
@EnableConfigurationProperties(MessagingSettings.class)
public final class MessagingAutoConfiguration {

	@Bean
	KafkaClients kafkaClients(
			@Value("${spring.kafka.bootstrap-servers:localhost:19092}") String bootstrapServers,
			@Value("${spring.application.name:application}") String application, MessagingSettings settings) {
		return new KafkaClients(bootstrapServers, application, settings);
	}

	@Bean
	MissingTopics missingTopics(KafkaClients clients, MessagingSettings settings) {
		return new MissingTopics(clients, settings.topics());
	}

	@Bean
	OutboxTable outboxTable(DatabaseClient database) {
		return new OutboxTable(database);
	}

	@Bean
	Outbox outbox(OutboxTable table, JsonMapper mapper, ObservationRegistry observations, Clock clock,
			MessagingSettings settings) {
		return new Outbox(table, mapper, observations, clock, (int) settings.outbox().maxEventSize().toBytes());
	}

	@Bean
	RecordPublisher outboxPublisher(KafkaClients clients, MessagingSettings settings) {
		return new RecordPublisher(clients, settings.outbox().publishTimeout());
	}

	@Bean
	EdgePurges edgePurges(ObjectProvider<ReactiveStringRedisTemplate> redis) {
		return new EdgePurges(redis.getIfAvailable());
	}

	@Bean
	OutboxRelay outboxRelay(OutboxTable table, ConnectionPool pool, MissingTopics topics,
			RecordPublisher outboxPublisher, EdgePurges purges, TransactionalOperator transaction,
			MessagingSettings settings, KafkaClients clients, MeterRegistry meters, Clock clock) {
		return new OutboxRelay(table, new CommitListener(pool, settings.backoff(), OutboxTable.CHANNEL), topics,
				outboxPublisher,
				purges, transaction, settings, clients.application(), meters, clock);
	}

	@Bean
	Subscriptions subscriptions(ObjectProvider<Subscription<?>> subscriptions) {
		return new Subscriptions(subscriptions.orderedStream().toList());
	}

	@Bean
	Inbox inbox(DatabaseClient database, TransactionalOperator transaction, MessagingSettings settings, Clock clock) {
		return new Inbox(database, transaction, settings.inbox(), clock);
	}

	@Bean
	RecordPublisher deadLetterPublisher(KafkaClients clients, MessagingSettings settings) {
		return new RecordPublisher(clients, settings.outbox().publishTimeout());
	}

	@Bean
	RecordReader recordReader(KafkaClients clients) {
		return new RecordReader(clients);
	}

	@Bean
	DeadLetters deadLetters(MissingTopics topics, RecordPublisher deadLetterPublisher, RecordReader reader,
			KafkaClients clients) {
		return new DeadLetters(topics, deadLetterPublisher, reader, clients);
	}

	@Bean
	DeadLettersEndpoint deadLettersEndpoint(DeadLetters deadLetters, Subscriptions subscriptions) {
		return new DeadLettersEndpoint(deadLetters, subscriptions.all());
	}

	@Bean
	EventConsumer eventConsumer(Subscriptions subscriptions, Inbox inbox, DeadLetters deadLetters,
			MissingTopics topics, KafkaClients clients, TransactionalOperator transaction, JsonMapper mapper,
			MessagingSettings settings, ObservationRegistry observations) {
		return new EventConsumer(subscriptions.all(), new Deliveries(subscriptions.all(), inbox, deadLetters,
				transaction, mapper, settings, observations), deadLetters, topics, clients, settings);
	}

	@Bean
	Freshness freshness() {
		return new Freshness();
	}

	@Bean
	LagMonitor lagMonitor(Subscriptions subscriptions, KafkaClients clients, Freshness freshness,
			MessagingSettings settings, MeterRegistry meters, Clock clock) {
		return new LagMonitor(subscriptions.all(), clients, freshness, settings.consumer().lagInterval(), meters,
				clock);
	}

	@Bean
	TopicReader topicReader(MissingTopics topics, RecordReader reader, JsonMapper mapper, MessagingSettings settings) {
		return new TopicReader(topics, reader, mapper, settings);
	}

	/// Every subscription of the service; two of one name fail the start.
	record Subscriptions(List<Subscription<?>> all) {

		Subscriptions {
			Set<String> names = new HashSet<>();
			all.forEach((subscription) -> {
				if (!names.add(subscription.name())) {
					throw new IllegalStateException(
							"Two subscriptions are called '%s': give one another name with named()"
									.formatted(subscription.name()));
				}
			});
		}

	}

}
