package io.billwright.platform.messaging;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.kafka.receiver.ReceiverOptions;
import reactor.kafka.sender.SenderOptions;

/// The configuration of every Kafka client of a service, and its one admin client.
public final class KafkaClients implements DisposableBean {

	private static final int PRODUCER_BUFFER_BYTES = 16 << 20;

	private static final int FETCH_BYTES = 8 << 20;

	private final String bootstrapServers;

	private final String application;

	private final MessagingSettings settings;

	private final AtomicReference<@Nullable Admin> opened = new AtomicReference<>();

	/// Opened when first needed, as that fails while no address of the brokers resolves.
	private final Mono<Admin> admin = Mono.fromCallable(this::open)
			.subscribeOn(Schedulers.boundedElastic())
			.cache((admin) -> Duration.ofMillis(Long.MAX_VALUE), (error) -> Duration.ZERO, () -> Duration.ZERO);

	KafkaClients(String bootstrapServers, String application, MessagingSettings settings) {
		this.bootstrapServers = bootstrapServers;
		this.application = application;
		this.settings = settings;
	}

	/// The service's name, which is its consumer group as well.
	public String application() {
		return this.application;
	}

	/// The admin client, opened when first needed.
	public Mono<Admin> admin() {
		return this.admin;
	}

	/// An administrative request's answer.
	public static <T> Mono<T> answer(KafkaFuture<T> future) {
		return Mono.fromCompletionStage(future.toCompletionStage()).publishOn(Schedulers.parallel());
	}

	/// A producer that keeps the order of each key whatever happens: the broker refuses a record whose predecessor it has
	/// not got, and no record is given up alone, as `delivery.timeout.ms` is longer than what the whole batch is given.
	SenderOptions<String, byte[]> sender() {
		int timeout = (int) this.settings.outbox().publishTimeout().toMillis();
		Map<String, Object> properties = properties();
		properties.put(ProducerConfig.ACKS_CONFIG, "all");
		properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
		properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
		properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeout);
		properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeout);
		properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * timeout);
		properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, PRODUCER_BUFFER_BYTES);
		return SenderOptions.<String, byte[]>create(properties)
				.withKeySerializer(new StringSerializer())
				.withValueSerializer(new ByteArraySerializer())
				.stopOnError(true)
				.closeTimeout(Duration.ZERO);
	}

	/// A member of the service's consumer group.
	public ReceiverOptions<String, byte[]> receiver() {
		MessagingSettings.Consumer consumer = this.settings.consumer();
		Map<String, Object> properties = consumerProperties();
		properties.put(ConsumerConfig.GROUP_ID_CONFIG, this.application);
		properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) consumer.sessionTimeout().toMillis());
		properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
		return ReceiverOptions.<String, byte[]>create(properties)
				.withKeyDeserializer(new StringDeserializer())
				.withValueDeserializer(new ByteArrayDeserializer())
				.commitInterval(consumer.commitInterval())
				.commitBatchSize(consumer.buffer())
				.maxDeferredCommits(2 * consumer.buffer())
				.maxDelayRebalance(consumer.drainTimeout())
				.closeTimeout(consumer.drainTimeout());
	}

	/// Reads from the beginning where nothing was committed.
	Map<String, Object> consumerProperties() {
		Map<String, Object> properties = properties();
		properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
		properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
		properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
		properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, this.settings.consumer().fetchRecords());
		properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
		properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) this.settings.topics().timeout().toMillis());
		properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) this.settings.topics().timeout().toMillis());
		return properties;
	}

	/// Where the brokers are and how they are spoken to; for a client with an own configuration.
	public Map<String, Object> properties() {
		Map<String, Object> properties = new HashMap<>(this.settings.client());
		properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, this.bootstrapServers);
		return properties;
	}

	private Admin open() {
		int timeout = (int) this.settings.topics().timeout().toMillis();
		Map<String, Object> properties = properties();
		properties.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, timeout);
		properties.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, timeout);
		Admin admin = Admin.create(properties);
		this.opened.set(admin);
		return admin;
	}

	@Override
	public void destroy() {
		Optional.ofNullable(this.opened.get()).ifPresent((admin) -> admin.close(Duration.ZERO));
	}

}
