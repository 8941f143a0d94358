package io.billwright.analytics.ingest;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import io.billwright.analytics.customer.Customers;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.analytics.wire.UsageEventFormat;
import io.billwright.contracts.CustomerSnapshot;
import io.billwright.contracts.Topics;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.messaging.Outbox;
import io.billwright.platform.messaging.OutboxEvent;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/// An organization whose product sends events, and what of them is on the topics.
final class Partner {

	static final Duration LIMIT = Duration.ofSeconds(30);

	static final String EVENTS = "/api/v1/usage/events";

	private static final Duration STEP = Duration.ofMillis(50);

	final Tenant tenant = new Tenant(UUID.randomUUID(), true);

	final String organization = new OrganizationId(this.tenant.organization()).text();

	final String customer = Passports.freshId("cus");

	final String externalId = "acme-" + UUID.randomUUID();

	private final WebTestClient client;

	Partner(WebTestClient client) {
		this.client = client.mutate().responseTimeout(LIMIT).build();
	}

	/// Makes its customer known in its mode.
	Partner withCustomer(Outbox outbox, TransactionalOperator transaction, Customers customers, Tenant in) {
		Instant then = Instant.parse("2026-01-01T00:00:00Z");
		CustomerSnapshot snapshot = new CustomerSnapshot(this.customer, 1, this.externalId, "Acme", null, null,
				List.of(), "EUR", "Europe/Berlin", "active", then, then);
		outbox.record(new OutboxEvent(Topics.CUSTOMERS, "customer.created", this.customer, snapshot))
				.as(transaction::transactional)
				.contextWrite(in.bind())
				.block(LIMIT);
		eventually(() -> customers.find(this.customer).contextWrite(in.bind()).blockOptional(LIMIT).isPresent());
		return this;
	}

	Passport passport(String... scopes) {
		return Passports.apiKey(this.organization, scopes);
	}

	WebTestClient.ResponseSpec send(String type, String body) {
		return send(passport("usage:write"), type, body);
	}

	WebTestClient.ResponseSpec send(Passport passport, String type, String body) {
		return passport.on(this.client)
				.post()
				.uri(EVENTS)
				.contentType(MediaType.parseMediaType(type))
				.bodyValue(body.getBytes(UTF_8))
				.exchange();
	}

	/// What is said of a request that is taken in.
	JsonNode receipt(String type, String body) {
		return receipt(send(type, body));
	}

	static JsonNode receipt(WebTestClient.ResponseSpec answer) {
		JsonNode receipt = answer.expectStatus()
				.isAccepted()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody();
		assertThat(receipt).isNotNull();
		return receipt;
	}

	/// An event of the partner's customer.
	String event(String key) {
		return "{\"idempotency_key\":\"%s\",\"customer\":\"%s\",\"metric\":\"api_call\",\"quantity\":\"1.50\"}"
				.formatted(key, this.customer);
	}

	static String counts(JsonNode receipt) {
		return Stream.of("accepted", "rejected", "duplicate")
				.map((name) -> receipt.path(name).asString())
				.collect(Collectors.joining(" "));
	}

	/// The values of the partner's records on the shard's topic.
	List<UsageEvent> events(String bootstrapServers) {
		return records(bootstrapServers, "usage-events-0").stream()
				.filter((record) -> record.key().startsWith(this.tenant.organization().toString()))
				.map((record) -> UsageEventFormat.read(record.value()))
				.toList();
	}

	List<String> keys(String bootstrapServers) {
		return events(bootstrapServers).stream().map(UsageEvent::key).toList();
	}

	/// Everything on a topic.
	static List<ConsumerRecord<String, byte[]>> records(String bootstrapServers, String topic) {
		List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
		try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrapServers),
				new StringDeserializer(), new ByteArrayDeserializer())) {
			List<TopicPartition> partitions = consumer.partitionsFor(topic)
					.stream()
					.map((partition) -> new TopicPartition(topic, partition.partition()))
					.toList();
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
			while (partitions.stream().anyMatch((partition) -> consumer.position(partition) < ends.get(partition))) {
				consumer.poll(Duration.ofMillis(100)).forEach(records::add);
			}
		}
		return records;
	}

	static void eventually(BooleanSupplier condition) {
		long end = System.nanoTime() + LIMIT.toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("in time").isLessThan(end);
			Mono.delay(STEP).block(LIMIT);
		}
	}

}
