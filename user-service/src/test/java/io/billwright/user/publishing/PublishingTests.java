package io.billwright.user.publishing;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

import io.billwright.contracts.Topics;
import io.billwright.platform.test.servers.EmbeddedServers;
import io.billwright.user.AccountsSpec;

import static org.assertj.core.api.Assertions.assertThat;

class PublishingTests extends AccountsSpec {

	@Test
	void organizationAndOwnerWhenRegisteredThenAreTold() {
		Person owner = owner();
		Map<String, String> snapshots = read(owner);
		assertThat(snapshots.get(Topics.ORGANIZATIONS)).contains("\"id\":\"" + owner.organization() + "\"",
				"\"version\":1", "\"country\":\"DE\"", "\"time_zone\":\"Europe/Berlin\"",
				"\"default_currency\":\"EUR\"");
		assertThat(snapshots.get(Topics.USERS)).contains("\"id\":\"" + owner.id() + "\"", "\"role\":\"owner\"",
				"\"status\":\"active\"", owner.email());
	}

	/// The newest snapshot of the person and of their organization.
	private static Map<String, String> read(Person person) {
		Map<String, String> snapshots = new HashMap<>();
		Map<String, Object> settings = Map.of("bootstrap.servers", EmbeddedServers.kafka().bootstrapServers(),
				"group.id",
				"test-" + UUID.randomUUID(), "auto.offset.reset", "earliest");
		try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings, new StringDeserializer(),
				new StringDeserializer())) {
			consumer.subscribe(List.of(Topics.ORGANIZATIONS, Topics.USERS));
			for (int i = 0; (i < 60) && (snapshots.size() < 2); i++) {
				for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
					if (record.key().equals(person.id()) || record.key().equals(person.organization())) {
						snapshots.put(record.topic(), record.value());
					}
				}
			}
		}
		return snapshots;
	}

}
