package io.billwright.user.invitation;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import io.billwright.user.AccountsSpec;
import io.billwright.user.TestClock;

class InvitationsTests extends AccountsSpec {

	private final TestClock clock = new TestClock();

	@Test
	void invitationWhenSevenDaysOldThenIsRefused() {
		String email = stranger();
		invite(owner(), email, "billing").expectStatus().isCreated();
		String token = mailedCode(email);
		this.clock.advance(Duration.ofDays(7).minusMinutes(1));
		StepVerifier.create(find(token)).expectNextCount(1).expectComplete().verify(PATIENCE);
		this.clock.advance(Duration.ofMinutes(2));
		StepVerifier.create(find(token)).expectError(InvitationFailure.InvalidInvitation.class).verify(PATIENCE);
	}

	private Mono<Invitation> find(String token) {
		return new Invitations(this.database, this.clock).requireByToken(token).as(this.system::transactional);
	}

}
