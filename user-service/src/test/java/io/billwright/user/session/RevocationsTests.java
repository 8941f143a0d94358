package io.billwright.user.session;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.Disposable;

import io.billwright.user.AccountsSpec;
import io.billwright.user.secret.Secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// Whatever makes a credential worthless is told to the gateways within a second. That each of them forgets it at once is
/// the gateway's to show.
class RevocationsTests extends AccountsSpec {

	/// One second, and what a busy machine may add.
	private static final Duration PROMISE = Duration.ofSeconds(1).plusSeconds(2);

	private final Set<String> announced = ConcurrentHashMap.newKeySet();

	@Autowired
	private ReactiveStringRedisTemplate redis;

	private Disposable listening;

	@BeforeEach
	void listen() {
		this.listening = this.redis.listenToChannelLater("credentials.revoked")
				.block(PATIENCE)
				.subscribe((message) -> this.announced.add(message.getMessage()));
	}

	@AfterEach
	void close() {
		this.listening.dispose();
	}

	@Test
	void sessionWhenEndedThenIsAnnounced() {
		Person owner = owner();
		String session = session(owner);
		assertAnnounced(session,
				owner.on(this.client).delete().uri("/api/v1/auth/sessions/" + session).exchange());
	}

	@Test
	void roleWhenChangedThenTheMembersSessionsAreAnnouncedAndNobodyElses() {
		Person owner = owner();
		Person member = join(owner, "billing");
		String spared = session(owner);
		String session = session(member);
		assertAnnounced(session,
				owner.on(this.client)
						.patch()
						.uri("/api/v1/members/" + member.id())
						.header("If-Match", "\"1\"")
						.bodyValue(Map.of("role", "read_only"))
						.exchange());
		assertThat(this.announced).doesNotContain(spared);
	}

	@Test
	void memberWhenRemovedThenTheirSessionsAreAnnounced() {
		Person owner = owner();
		Person member = join(owner, "billing");
		String session = session(member);
		assertAnnounced(session,
				owner.on(this.client)
						.delete()
						.uri("/api/v1/members/" + member.id())
						.header("If-Match", "\"1\"")
						.exchange());
	}

	@Test
	void passwordWhenChangedThenTheSessionsOfBeforeAreAnnounced() {
		Person owner = owner();
		String session = session(owner);
		assertAnnounced(session,
				owner.on(this.client)
						.post()
						.uri("/api/v1/auth/password/change")
						.bodyValue(
								Map.of("current_password", PASSWORD, "new_password", "seven gentle otters 4 lanterns"))
						.exchange());
	}

	@Test
	void keyWhenRotatedOrRevokedThenIsAnnounced() {
		Person owner = owner();
		Key old = key(owner, "", Map.of("name", "ci", "mode", "live", "scopes", List.of("search:read")));
		Key successor = key(owner, "/" + old.id() + "/rotate", Map.of("overlap_seconds", 0));
		await().atMost(PROMISE).until(() -> this.announced.contains(Secrets.hex(old.secret())));
		assertThat(this.announced).doesNotContain(Secrets.hex(successor.secret()));
		assertAnnounced(Secrets.hex(successor.secret()),
				owner.on(this.client).delete().uri("/api/v1/api-keys/" + successor.id()).exchange());
	}

	private void assertAnnounced(String credential, WebTestClient.ResponseSpec change) {
		change.expectStatus().is2xxSuccessful();
		await().atMost(PROMISE).until(() -> this.announced.contains(credential));
	}

	private Key key(Person person, String path, Map<String, Object> body) {
		return person.on(this.client)
				.post()
				.uri("/api/v1/api-keys" + path)
				.bodyValue(body)
				.exchange()
				.expectStatus()
				.isCreated()
				.expectBody(Key.class)
				.returnResult()
				.getResponseBody();
	}

	private String session(Person person) {
		return logIn(person.email(), PASSWORD, "session").expectBody(LoginAnswer.class)
				.returnResult()
				.getResponseBody()
				.session_id();
	}

	record Key(String id, String secret) {}

}
