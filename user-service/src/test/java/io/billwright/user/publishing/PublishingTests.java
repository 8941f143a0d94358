package io.billwright.user.publishing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;

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
		assertThat(newest(Topics.ORGANIZATIONS, owner.organization(), "").value()).contains(
				"\"id\":\"" + owner.organization() + "\"", "\"version\":1", "\"country\":\"DE\"",
				"\"time_zone\":\"Europe/Berlin\"", "\"default_currency\":\"EUR\"");
		assertThat(newest(Topics.USERS, key(owner, owner), "").value()).contains("\"id\":\"" + owner.id() + "\"",
				"\"role\":\"owner\"", "\"status\":\"active\"", owner.email());
	}

	@Test
	void userWhenInTwoOrganizationsThenCompactionLeavesTheSnapshotOfEach() {
		Person first = owner();
		Person second = owner();
		invite(second, first.email(), "developer").expectStatus().isCreated();
		accept(Map.of("token", mailedCode(first.email()))).expectStatus().isOk();
		assertThat(newest(Topics.USERS, key(second, first), "").value()).contains("\"id\":\"" + first.id() + "\"",
				"\"role\":\"developer\"");
		assertThat(newest(Topics.USERS, key(first, first), "").value()).contains("\"id\":\"" + first.id() + "\"",
				"\"role\":\"owner\"");
		rename(first.on(this.client), "/api/v1/users/me", "Olga O.");
		second.on(this.client).delete().uri("/api/v1/members/" + first.id()).exchange().expectStatus().isNoContent();
		assertThat(newest(Topics.USERS, key(second, first), "\"status\":\"removed\"").value()).doesNotContain("Olga",
				first.email());
		assertThat(newest(Topics.USERS, key(first, first), "Olga O.").value()).contains("\"status\":\"active\"",
				first.email());
	}

	@Test
	void accountsWhenChangedInTestModeThenTheLiveWorldIsTold() {
		Person owner = owner();
		WebTestClient inTestMode = owner.passport().inTestMode().on(this.client);
		rename(inTestMode, "/api/v1/users/me", "Olga O.");
		rename(inTestMode, "/api/v1/organizations/me", "Acme 2");
		assertThat(mode(newest(Topics.USERS, key(owner, owner), "Olga O."))).isEqualTo("live");
		assertThat(mode(newest(Topics.ORGANIZATIONS, owner.organization(), "Acme 2"))).isEqualTo("live");
	}

	private static void rename(WebTestClient client, String path, String name) {
		client.patch().uri(path).bodyValue(Map.of("name", name)).exchange().expectStatus().isOk();
	}

	/// In the organization of the first, the person of the second.
	private static String key(Person organization, Person member) {
		return organization.organization() + "/" + member.id();
	}

	private static String mode(ConsumerRecord<String, String> event) {
		return new String(event.headers().lastHeader("ce_mode").value(), StandardCharsets.UTF_8);
	}

	/// What compaction leaves under the key, once that contains the text.
	private static ConsumerRecord<String, String> newest(String topic, String key, String text) {
		ConsumerRecord<String, String> left = compacted(topic,
				(newest) -> newest.containsKey(key) && newest.get(key).value().contains(text)).get(key);
		assertThat(left).as("an event of %s in %s", key, topic).isNotNull();
		return left;
	}

	/// What compaction leaves of a topic, the newest event of each key, as soon as the condition holds.
	private static Map<String, ConsumerRecord<String, String>> compacted(String topic,
			Predicate<Map<String, ConsumerRecord<String, String>>> until) {
		Map<String, ConsumerRecord<String, String>> newest = new HashMap<>();
		Map<String, Object> settings = Map.of("bootstrap.servers", EmbeddedServers.kafka().bootstrapServers(),
				"group.id", "test-" + UUID.randomUUID(), "auto.offset.reset", "earliest", "metadata.max.age.ms", "500");
		try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings, new StringDeserializer(),
				new StringDeserializer())) {
			consumer.subscribe(List.of(topic));
			for (int i = 0; (i < POLLS_MAX) && !until.test(newest); i++) {
				consumer.poll(POLL).forEach((record) -> newest.put(record.key(), record));
			}
		}
		return newest;
	}

}
