package io.billwright.user.login;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

import io.billwright.platform.quota.Quota;
import io.billwright.user.AccountsSpec;
import io.billwright.user.TestClock;
import io.billwright.user.account.EmailAddress;

import static org.assertj.core.api.Assertions.assertThat;

class LoginAttemptsTests extends AccountsSpec {

	private static final String WRONG = "not the right password";

	@Autowired
	private ReactiveStringRedisTemplate redis;

	@Test
	void accountWhenFivePasswordsWereWrongThenWaitsWhereverTheNextComesFromAndHoweverRightItIs() {
		Person owner = owner();
		List<Integer> answers = Stream.generate(() -> status(logIn(owner.email(), WRONG, "token"))).limit(5).toList();
		assertThat(answers).containsOnly(401);
		long compared = passwords("match");
		String wait = logIn(owner.email(), PASSWORD, "token").expectStatus()
				.isEqualTo(429)
				.returnResult(Void.class)
				.getResponseHeaders()
				.getFirst("Retry-After");
		assertThat(Integer.parseInt(String.valueOf(wait))).isBetween(1, 12);
		assertThat(passwords("match")).as("no password is compared").isEqualTo(compared);
		assertThat(status(logIn(owner().email(), PASSWORD, "token"))).isEqualTo(200);
	}

	@Test
	void accountWhenNobodyHasItThenIsLimitedAllTheSame() {
		String stranger = stranger();
		for (int i = 0; i < 5; i++) {
			logIn(stranger, WRONG, "token");
		}
		assertThat(status(logIn(stranger, WRONG, "token"))).isEqualTo(429);
	}

	@Test
	void accountWhenThePasswordIsRightThenThoseBeforeAreForgiven() {
		Person owner = owner();
		for (int i = 0; i < 3; i++) {
			for (int j = 0; j < 4; j++) {
				assertThat(status(logIn(owner.email(), WRONG, "token"))).isEqualTo(401);
			}
			assertThat(status(logIn(owner.email(), PASSWORD, "token"))).isEqualTo(200);
		}
	}

	@Test
	void attemptsWhenMadeAtOnceThenAreNoWayAround() {
		String stranger = stranger();
		List<Integer> answers = atOnce(
				java.util.Collections.nCopies(12, () -> status(logIn(stranger, WRONG, "token"))));
		assertThat(answers.stream().filter((status) -> status != 429)).hasSizeLessThanOrEqualTo(6);
	}

	@Test
	void attemptsWhenTheyAreInRedisThenSayNothingOfTheAddressAndGo() {
		EmailAddress account = EmailAddress.of(stranger());
		attempts(this.redis, "1/min, 3/h").charge(account).block(PATIENCE);
		List<String> keys = this.redis.keys("login-attempts:*").collectList().block(PATIENCE);
		assertThat(keys).isNotEmpty().noneMatch((key) -> key.contains("@"));
		assertThat(keys).allSatisfy(
				(key) -> assertThat(this.redis.getExpire(key).block(PATIENCE)).isPositive());
	}

	@Test
	void attemptsWhenRedisIsAwayThenAreCountedHere() {
		TestClock clock = new TestClock();
		LettuceConnectionFactory nowhere = new LettuceConnectionFactory("127.0.0.1", 1);
		nowhere.afterPropertiesSet();
		try {
			LoginAttempts attempts = new LoginAttempts(new ReactiveStringRedisTemplate(nowhere),
					new LoginSettings(false, Quota.of("2/min, 3/h")), clock);
			EmailAddress account = EmailAddress.of(UUID.randomUUID() + "@example.com");
			assertThat(allows(attempts, account)).isTrue();
			assertThat(allows(attempts, account)).isTrue();
			assertThat(allows(attempts, account)).isFalse();
			clock.advance(Duration.ofSeconds(30));
			assertThat(allows(attempts, account)).isTrue();
			clock.advance(Duration.ofSeconds(60));
			assertThat(allows(attempts, account)).as("the hour's three are used up").isFalse();
			attempts.forgive(account).block(PATIENCE);
			assertThat(allows(attempts, account)).isTrue();
		}
		finally {
			nowhere.destroy();
		}
	}

	private static LoginAttempts attempts(ReactiveStringRedisTemplate redis, String quota) {
		return new LoginAttempts(redis, new LoginSettings(false, Quota.of(quota)), new TestClock());
	}

	private static boolean allows(LoginAttempts attempts, EmailAddress account) {
		return Boolean.TRUE.equals(attempts.charge(account)
				.thenReturn(true)
				.onErrorReturn(LoginFailure.TooManyAttempts.class, false)
				.block(PATIENCE));
	}

}
