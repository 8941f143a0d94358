package io.billwright.user.recovery;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.test.StepVerifier;

import io.billwright.user.AccountsSpec;
import io.billwright.user.TestClock;
import io.billwright.user.account.UserId;
import io.billwright.user.recovery.MailedTokens.Purpose;

import static org.assertj.core.api.Assertions.assertThat;

class RecoveryTests extends AccountsSpec {

	private static final String NEW_PASSWORD = "seven gentle otters 4 lanterns";

	@Autowired
	private PasswordRecovery recovery;

	@Test
	void passwordWhenResetWithTheMailedTokenThenTheOldOneAndEverySessionAreWorthless() {
		Person owner = owner();
		LoginAnswer tokens = logIn(owner.email(), PASSWORD, "token").expectBody(LoginAnswer.class)
				.returnResult()
				.getResponseBody();
		logIn(owner.email(), PASSWORD, "session").expectStatus().isOk();
		post("/api/v1/auth/password/forgot", Map.of("email", owner.email())).expectStatus().isAccepted();
		Map<String, String> reset = Map.of("token", mailedCode(owner.email()), "password", NEW_PASSWORD);
		post("/api/v1/auth/password/reset", Map.of("token", reset.get("token"), "password", "short")).expectStatus()
				.isBadRequest();
		post("/api/v1/auth/password/reset", reset).expectStatus().isNoContent();
		post("/api/v1/auth/password/reset", reset).expectStatus().isEqualTo(422);
		logIn(owner.email(), PASSWORD, "token").expectStatus().isUnauthorized();
		logIn(owner.email(), NEW_PASSWORD, "token").expectStatus().isOk();
		post("/api/v1/auth/refresh", Map.of("refresh_token", tokens.refresh_token())).expectStatus().isUnauthorized();
		owner.on(this.client).get().uri("/api/v1/auth/sessions").exchange().expectBody().jsonPath("$.data").isEmpty();
	}

	@Test
	void forgottenPasswordWhenTheAddressIsUnknownThenAnswersTheSameAndMailsNothing() {
		Person owner = owner();
		String unknown = "nobody-" + UUID.randomUUID() + "@example.com";
		byte[] known = post("/api/v1/auth/password/forgot", Map.of("email", owner.email())).expectStatus()
				.isAccepted()
				.expectBody()
				.returnResult()
				.getResponseBody();
		assertThat(post("/api/v1/auth/password/forgot", Map.of("email", unknown)).expectStatus()
				.isAccepted()
				.expectBody()
				.returnResult()
				.getResponseBody()).isEqualTo(known);
		assertThat(countMails(unknown)).isZero();
	}

	/// Neither costs a hash, and the rest is over before the even time is.
	@ParameterizedTest
	@ValueSource(strings = {"/api/v1/auth/password/forgot", "/api/v1/auth/verify-email/resend"})
	void mailWhenAskedForThenTheAddressDecidesNeitherAboutTheWorkNorAboutTheTime(String path) {
		Person owner = owner();
		long hashes = passwords("hash") + passwords("match");
		for (String email : List.of(owner.email(), stranger())) {
			long start = System.nanoTime();
			post(path, Map.of("email", email)).expectStatus().isAccepted();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
		}
		assertThat(passwords("hash") + passwords("match")).isEqualTo(hashes);
	}

	@Test
	void mailWhenAskedForTwiceWithinAMinuteThenIsSentOnce() {
		Person owner = owner();
		long before = countMails(owner.email());
		post("/api/v1/auth/password/forgot", Map.of("email", owner.email())).expectStatus().isAccepted();
		post("/api/v1/auth/password/forgot", Map.of("email", owner.email())).expectStatus().isAccepted();
		assertThat(countMails(owner.email())).isEqualTo(before + 1);
	}

	@Test
	void passwordWhenChangedThenTheOldOneMustBeKnown() {
		Person owner = owner();
		change(owner, "not the right password").expectStatus()
				.isEqualTo(422)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("wrong_password");
		change(owner, PASSWORD).expectStatus().isNoContent();
		logIn(owner.email(), NEW_PASSWORD, "token").expectStatus().isOk();
	}

	@Test
	void passwordWhenChangedThenTheCallersSessionAloneGoesOn() {
		Person owner = owner();
		String own = login(owner, "session").session_id();
		login(owner, "session");
		String refreshToken = login(owner, "token").refresh_token();
		this.recovery.change(PASSWORD, NEW_PASSWORD).contextWrite(inSession(owner, own)).block(PATIENCE);
		owner.on(this.client)
				.get()
				.uri("/api/v1/auth/sessions")
				.exchange()
				.expectBody()
				.jsonPath("$.data[*].id")
				.value((List<String> ids) -> assertThat(ids).containsExactly(own));
		post("/api/v1/auth/refresh", Map.of("refresh_token", refreshToken)).expectStatus().isUnauthorized();
	}

	@Test
	void mailedTokensWhenTooOldThenAreRefused() {
		UserId user = UserId.parse(owner().id());
		TestClock clock = new TestClock();
		MailedTokens tokens = new MailedTokens(this.database, clock);
		String verify = issue(tokens, user, Purpose.VERIFY_EMAIL);
		String reset = issue(tokens, user, Purpose.RESET_PASSWORD);
		clock.advance(Duration.ofHours(1));
		refused(tokens, reset, Purpose.RESET_PASSWORD);
		refused(tokens, verify, Purpose.RESET_PASSWORD);
		clock.advance(Duration.ofDays(3).minusHours(1));
		refused(tokens, verify, Purpose.VERIFY_EMAIL);
	}

	private String issue(MailedTokens tokens, UserId user, Purpose purpose) {
		return tokens.issue(user, purpose).as(this.system::transactional).blockOptional(PATIENCE).orElseThrow();
	}

	private void refused(MailedTokens tokens, String token, Purpose purpose) {
		tokens.redeem(token, purpose)
				.as(this.system::transactional)
				.as(StepVerifier::create)
				.expectError(RecoveryFailure.InvalidToken.class)
				.verify(PATIENCE);
	}

	private LoginAnswer login(Person person, String mode) {
		return logIn(person.email(), PASSWORD, mode).expectStatus()
				.isOk()
				.expectBody(LoginAnswer.class)
				.returnResult()
				.getResponseBody();
	}

	@Test
	void verificationTokenWhenMadeUpThenIsRefused() {
		post("/api/v1/auth/verify-email", Map.of("token", "made-up")).expectStatus()
				.isEqualTo(422)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("invalid_token");
	}

	private WebTestClient.ResponseSpec change(Person person, String currentPassword) {
		return person.on(this.client)
				.post()
				.uri("/api/v1/auth/password/change")
				.bodyValue(Map.of("current_password", currentPassword, "new_password", NEW_PASSWORD))
				.exchange();
	}

	private WebTestClient.ResponseSpec post(String path, Map<String, String> body) {
		return anonymous().post().uri(path).bodyValue(body).exchange();
	}

}
