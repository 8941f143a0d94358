package io.billwright.user.session;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import io.billwright.platform.ids.OrganizationId;
import io.billwright.user.AccountsSpec;
import io.billwright.user.TestClock;
import io.billwright.user.account.UserId;

import static org.assertj.core.api.Assertions.assertThat;

class RefreshTokensTests extends AccountsSpec {

	private final TestClock clock = new TestClock();

	private RefreshTokens tokens;

	private String token;

	@BeforeEach
	void begin() {
		Person owner = owner();
		this.tokens = new RefreshTokens(this.database, new TokenSettings(Path.of("key.pem"), List.of(),
				Duration.ofMinutes(15), Duration.ofDays(30), Duration.ofDays(90)), this.clock);
		this.token = this.tokens.begin(OrganizationId.parse(owner.organization()), UserId.parse(owner.id()))
				.as(this.system::transactional)
				.block(PATIENCE);
	}

	@Test
	void tokenWhenNotUsedFor30DaysThenIsRefused() {
		this.clock.advance(Duration.ofDays(30));
		refused(this.token);
	}

	@Test
	void tokensWhenUsedAgainAndAgainThenAreRefused90DaysAfterTheLogin() {
		String newest = this.token;
		for (int i = 0; i < 4; i++) {
			this.clock.advance(Duration.ofDays(22));
			newest = exchange(newest).map(RefreshTokens.Exchange::next).block(PATIENCE);
			assertThat(newest).isNotNull();
		}
		this.clock.advance(Duration.ofDays(2));
		refused(newest);
	}

	@Test
	void tokenWhenUsedASecondTimeThenIsRefusedAndSoIsItsSuccessor() {
		String next = exchange(this.token).map(RefreshTokens.Exchange::next).block(PATIENCE);
		StepVerifier.create(exchange(this.token))
				.assertNext((exchange) -> assertThat(exchange.next()).isNull())
				.expectComplete()
				.verify(PATIENCE);
		refused(next);
	}

	private void refused(String refreshToken) {
		StepVerifier.create(exchange(refreshToken))
				.expectError(SessionFailure.RefreshRefused.class)
				.verify(PATIENCE);
	}

	private Mono<RefreshTokens.Exchange> exchange(String refreshToken) {
		return this.tokens.exchange(refreshToken).as(this.system::transactional);
	}

}
