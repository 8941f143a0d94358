package io.billwright.user.invitation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.NotFound;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.Columns;
import io.billwright.user.account.EmailAddress;
import io.billwright.user.member.Role;
import io.billwright.user.secret.Secrets;
import io.billwright.user.system.Keyset;
import io.billwright.user.system.RowStatement;
import io.billwright.user.system.Sweeper;

/// The open invitations of the current organization.
@Component
public class Invitations implements Sweeper {

	private static final Duration HOUR = Duration.ofHours(1);

	private final DatabaseClient client;

	private final Clock clock;

	Invitations(DatabaseClient client, Clock clock) {
		this.client = client;
		this.clock = clock;
	}

	/// The invitation; fails with [NotFound].
	Mono<Invitation> require(InvitationId id) {
		return this.client.sql("""
				SELECT * FROM invitations
				WHERE organization_id = app_organization() AND id = :id AND expires_at > :now""")
				.bind("id", id.value())
				.bind("now", this.clock.instant())
				.mapProperties(Row.class)
				.one()
				.map(Row::toInvitation)
				.switchIfEmpty(Mono.error(() -> new NotFound("invitation", id.text())));
	}

	/// The invitations, the newest first.
	Mono<Page<Invitation>> list(PageRequest page) {
		return this.client.sql("""
				SELECT * FROM invitations WHERE organization_id = app_organization() AND expires_at > :now
				AND id < :after ORDER BY id DESC LIMIT :limit""")
				.bind("now", this.clock.instant())
				.bind("after", Keyset.descending(page))
				.bind("limit", page.fetch())
				.mapProperties(Row.class)
				.all()
				.map(Row::toInvitation)
				.collectList()
				.map((rows) -> Page.of(rows, page, (invitation) -> Cursor.of(invitation.id().value())));
	}

	/// Every open invitation, the oldest first.
	Flux<Invitation> all() {
		return this.client.sql("SELECT * FROM invitations WHERE organization_id = app_organization() ORDER BY id")
				.mapProperties(Row.class)
				.all()
				.map(Row::toInvitation);
	}

	/// How many are open.
	Mono<Long> count() {
		return this.client.sql("""
				SELECT count(*) FROM invitations
				WHERE organization_id = app_organization() AND expires_at > :now""")
				.bind("now", this.clock.instant())
				.mapValue(Long.class)
				.one();
	}

	/// Counts one more mail. Until the transaction ends nobody else of the organization invites.
	Mono<Mailed> countMail() {
		Instant now = this.clock.instant();
		return this.client.sql("""
				INSERT INTO invitation_mails AS known (hour_began_at, sent) VALUES (:now, 1)
				ON CONFLICT (organization_id) DO UPDATE SET
					hour_began_at = CASE WHEN known.hour_began_at > :hourAgo THEN known.hour_began_at ELSE :now END,
					sent = CASE WHEN known.hour_began_at > :hourAgo THEN known.sent + 1 ELSE 1 END
				RETURNING hour_began_at, sent""")
				.bind("now", now)
				.bind("hourAgo", now.minus(HOUR))
				.map((row) -> new Mailed(Columns.required(row, "sent", Integer.class),
						Columns.required(row, "hour_began_at", Instant.class).plus(HOUR)))
				.one();
	}

	/// Adds an invitation, in place of one to the same address.
	Mono<Void> put(Invitation invitation, String token) {
		return RowStatement.of(this.client, """
				INSERT INTO invitations (id, email, role, token_hash, invited_by, created_at, expires_at)
				VALUES (:id, :email, :role, :tokenHash, :invitedBy, :createdAt, :expiresAt)
				ON CONFLICT (organization_id, email) DO UPDATE SET id = excluded.id, role = excluded.role,
					token_hash = excluded.token_hash, invited_by = excluded.invited_by,
					created_at = excluded.created_at, expires_at = excluded.expires_at""", Row.of(invitation))
				.bind("tokenHash", Secrets.hash(token))
				.then();
	}

	/// Takes an invitation back; fails with [NotFound].
	Mono<Void> remove(InvitationId id) {
		return this.client.sql("DELETE FROM invitations WHERE organization_id = app_organization() AND id = :id")
				.bind("id", id.value())
				.fetch()
				.rowsUpdated()
				.filter((count) -> count == 1)
				.switchIfEmpty(Mono.error(() -> new NotFound("invitation", id.text())))
				.then();
	}

	/// The invitation that the token was mailed for, whosever it is; fails with [InvitationFailure.InvalidInvitation].
	/// Work above organizations.
	Mono<Invitation> requireByToken(String token) {
		return this.client.sql("SELECT * FROM invitations WHERE token_hash = :hash AND expires_at > :now")
				.bind("hash", Secrets.hash(token))
				.bind("now", this.clock.instant())
				.mapProperties(Row.class)
				.one()
				.map(Row::toInvitation)
				.switchIfEmpty(Mono.error(InvitationFailure.InvalidInvitation::new));
	}

	/// Uses an invitation up; fails with [InvitationFailure.InvalidInvitation] where somebody was faster. Work above
	/// organizations.
	Mono<Void> use(String token) {
		return this.client.sql("DELETE FROM invitations WHERE token_hash = :hash")
				.bind("hash", Secrets.hash(token))
				.fetch()
				.rowsUpdated()
				.filter((count) -> count == 1)
				.switchIfEmpty(Mono.error(InvitationFailure.InvalidInvitation::new))
				.then();
	}

	/// Deletes every invitation to the address. Work above organizations.
	public Mono<Void> forget(EmailAddress email) {
		return this.client.sql("DELETE FROM invitations WHERE email = :email").bind("email", email.value()).then();
	}

	@Override
	public Mono<Void> sweep() {
		return this.client.sql("DELETE FROM invitations WHERE expires_at < :now").bind("now", this.clock.instant())
				.then();
	}

	/// @param count mails in this hour, with the one that was just counted
	/// @param hourEnds when the next hour may begin
	record Mailed(int count, Instant hourEnds) {}

	record Row(UUID organizationId, UUID id, String email, String role, String invitedBy, Instant createdAt,
			Instant expiresAt) {

		static Row of(Invitation invitation) {
			return new Row(invitation.organization().value(), invitation.id().value(), invitation.email().value(),
					invitation.role().code(), invitation.invitedBy(), invitation.createdAt(), invitation.expiresAt());
		}

		Invitation toInvitation() {
			return new Invitation(new OrganizationId(this.organizationId), new InvitationId(this.id),
					new EmailAddress(this.email), Role.of(this.role), this.invitedBy, this.createdAt, this.expiresAt);
		}

	}

}
