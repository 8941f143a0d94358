package io.billwright.user.apikey;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.test.Passports;
import io.billwright.user.AccountsSpec;
import io.billwright.user.TestClock;
import io.billwright.user.secret.Secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class KeyUsesTests extends AccountsSpec {

	private final TestClock clock = new TestClock();

	@Autowired
	private ApiKeys keys;

	private KeyUses uses;

	@BeforeEach
	void begin() {
		this.uses = noting(100);
	}

	@Test
	void keyWhenTheGatewayAsksAboutItThenItsUseIsRecordedInTheBackground() {
		Person owner = owner();
		JsonNode key = create(owner);
		Passports.service()
				.on(this.client)
				.post()
				.uri("/internal/credentials/introspect")
				.bodyValue(Map.of("api_key_sha256", Secrets.hex(key.path("secret").asString())))
				.exchange()
				.expectStatus()
				.isOk();
		await().atMost(Duration.ofSeconds(20)).until(() -> lastUse(owner, key) != null);
	}

	@Test
	void keyWhenUsedAllTheTimeThenIsWrittenOnceAMinute() {
		Person owner = owner();
		JsonNode key = create(owner);
		Instant first = this.clock.instant();
		use(owner, key);
		assertThat(lastUse(owner, key)).isEqualTo(first);
		String row = rowVersion(owner, key);
		for (int second = 0; second < 60; second += 10) {
			this.clock.advance(Duration.ofSeconds(10));
			use(owner, key);
		}
		assertThat(rowVersion(owner, key)).isEqualTo(row);
		this.clock.advance(Duration.ofSeconds(1));
		use(owner, key);
		assertThat(rowVersion(owner, key)).isNotEqualTo(row);
		assertThat(lastUse(owner, key)).isEqualTo(first.plusSeconds(61));
	}

	/// It has read a record of before, and notes the use all the same.
	@Test
	void keyWhenAnotherInstanceHasRecordedItsUseThenIsNotWrittenAgain() {
		Person owner = owner();
		JsonNode key = create(owner);
		use(owner, key);
		String row = rowVersion(owner, key);
		KeyUses other = noting(100);
		other.note(id(key), null);
		record(other);
		assertThat(rowVersion(owner, key)).isEqualTo(row);
	}

	@Test
	void keysWhenMoreAreUsedThanAreNotedThenTheOthersAreNot() {
		Person owner = owner();
		JsonNode first = create(owner);
		JsonNode second = create(owner);
		KeyUses few = noting(1);
		few.note(id(first), null);
		few.note(id(second), null);
		record(few);
		assertThat(lastUse(owner, first)).isNotNull();
		assertThat(lastUse(owner, second)).isNull();
		few.note(id(second), null);
		record(few);
		assertThat(lastUse(owner, second)).isNotNull();
	}

	private KeyUses noting(int most) {
		return new KeyUses(this.database,
				new ApiKeySettings(100, Duration.ofDays(1), Duration.ofSeconds(10), most), this.clock);
	}

	private void use(Person owner, JsonNode key) {
		this.uses.note(id(key), lastUse(owner, key));
		record(this.uses);
	}

	private void record(KeyUses noted) {
		noted.record().as(this.system::transactional).block(PATIENCE);
	}

	private Instant lastUse(Person owner, JsonNode key) {
		return as(owner, this.keys.require(id(key))).block(PATIENCE).lastUsedAt();
	}

	private String rowVersion(Person owner, JsonNode key) {
		return as(owner, this.database.sql("SELECT xmin::text FROM api_keys WHERE id = :id")
				.bind("id", id(key).value())
				.mapValue(String.class)
				.one()).block(PATIENCE);
	}

	private static ApiKeyId id(JsonNode key) {
		return Ids.parse(ApiKeyId.class, key.path("id").asString());
	}

	private JsonNode create(Person owner) {
		return owner.on(this.client)
				.post()
				.uri("/api/v1/api-keys")
				.bodyValue(Map.of("name", "ci", "mode", "live", "scopes", List.of("search:read")))
				.exchange()
				.expectStatus()
				.isCreated()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody();
	}

}
