package io.billwright.user.invitation;

import java.time.Duration;
import java.util.Collections;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import io.billwright.user.AccountsSpec;
import io.billwright.user.TestClock;

import static org.assertj.core.api.Assertions.assertThat;

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

	@Test
	void invitationsWhenSentAtTheSameTimeThenNeverMoreAreOpenThanAllowed() {
		Person owner = owner();
		write(owner, """
				INSERT INTO invitations (id, email, role, token_hash, invited_by, created_at, expires_at)
				SELECT uuidv7(), 'guest-' || i || '@example.com', 'billing',
					sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 'test', now(), now() + interval '1 day'
				FROM generate_series(1, 198) AS i""");
		assertThat(atOnce(Collections.nCopies(6, () -> status(invite(owner, stranger(), "billing")))))
				.containsExactlyInAnyOrder(201, 201, 409, 409, 409, 409);
	}

	@Test
	void invitationWhenTooManyWereMailedWithinTheHourThenHasToWait() {
		Person owner = owner();
		write(owner, "INSERT INTO invitation_mails (hour_began_at, sent) VALUES (now() - interval '59 minutes', 99)");
		String email = stranger();
		invite(owner, email, "billing").expectStatus().isCreated();
		invite(owner, email, "billing").expectStatus()
				.isEqualTo(429)
				.expectHeader()
				.value("Retry-After", (seconds) -> assertThat(Integer.parseInt(seconds)).isBetween(1, 61))
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("rate_limited");
		assertThat(countMails(email)).isEqualTo(1);
		invite(owner(), email, "billing").expectStatus().isCreated();
	}

	@Test
	void invitationWhenTheHourIsOverThenMayBeMailed() {
		Person owner = owner();
		write(owner, "INSERT INTO invitation_mails (hour_began_at, sent) VALUES (now() - interval '61 minutes', 100)");
		invite(owner, stranger(), "billing").expectStatus().isCreated();
		invite(owner, stranger(), "billing").expectStatus().isCreated();
	}

	private Mono<Invitation> find(String token) {
		return new Invitations(this.database, this.clock).requireByToken(token).as(this.system::transactional);
	}

}
