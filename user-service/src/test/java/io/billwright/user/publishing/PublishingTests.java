package io.billwright.user.publishing;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

import io.billwright.contracts.Topics;
import io.billwright.platform.test.servers.EmbeddedServers;
import io.billwright.user.AccountsSpec;

import static org.assertj.core.api.Assertions.assertThat;

class PublishingTests extends AccountsSpec {

	private static final Duration POLL = Duration.ofMillis(100);

	private static final int POLLS_MAX = 300;

	@Test
	void organizationAndOwnerWhenRegisteredThenAreTold() {
		Person owner = owner();
		assertThat(compacted(Topics.ORGANIZATIONS, (topic) -> topic.containsKey(owner.organization()))
				.get(owner.organization())).contains("\"id\":\"" + owner.organization() + "\"", "\"version\":1",
						"\"country\":\"DE\"", "\"time_zone\":\"Europe/Berlin\"", "\"default_currency\":\"EUR\"");
		assertThat(compacted(Topics.USERS, (topic) -> topic.containsKey(key(owner, owner))).get(key(owner, owner)))
				.contains("\"id\":\"" + owner.id() + "\"", "\"role\":\"owner\"", "\"status\":\"active\"",
						owner.email());
	}

	@Test
	void userWhenInTwoOrganizationsThenCompactionLeavesTheSnapshotOfEach() {
		Person first = owner();
		Person second = owner();
		invite(second, first.email(), "developer").expectStatus().isCreated();
		accept(Map.of("token", mailedCode(first.email()))).expectStatus().isOk();
		Map<String, String> left = compacted(Topics.USERS, (topic) -> topic.containsKey(key(second, first)));
		assertThat(left.get(key(first, first))).contains("\"id\":\"" + first.id() + "\"", "\"role\":\"owner\"");
		assertThat(left.get(key(second, first))).contains("\"id\":\"" + first.id() + "\"",
				"\"role\":\"developer\"");
		first.on(this.client).patch().uri("/api/v1/users/me").bodyValue(Map.of("name", "Olga O.")).exchange()
				.expectStatus().isOk();
		second.on(this.client).delete().uri("/api/v1/members/" + first.id()).exchange().expectStatus().isNoContent();
		left = compacted(Topics.USERS,
				(topic) -> topic.getOrDefault(key(second, first), "").contains("\"status\":\"removed\""));
		assertThat(left.get(key(first, first))).contains("\"status\":\"active\"", "Olga O.", first.email());
		assertThat(left.get(key(second, first))).doesNotContain("Olga", first.email());
	}

	/// In the organization of the first, the person of the second.
	private static String key(Person organization, Person member) {
		return organization.organization() + "/" + member.id();
	}

	/// What compaction leaves of a topic: the newest value of each key, as soon as the condition holds.
	private static Map<String, String> compacted(String topic, Predicate<Map<String, String>> until) {
		Map<String, String> newest = new HashMap<>();
		Map<String, Object> settings = Map.of("bootstrap.servers", EmbeddedServers.kafka().bootstrapServers(),
				"group.id", "test-" + UUID.randomUUID(), "auto.offset.reset", "earliest", "metadata.max.age.ms", "500");
		try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings, new StringDeserializer(),
				new StringDeserializer())) {
			consumer.subscribe(List.of(topic));
			for (int i = 0; (i < POLLS_MAX) && !until.test(newest); i++) {
				consumer.poll(POLL).forEach((record) -> newest.put(record.key(), record.value()));
			}
		}
		return newest;
	}

}
