package io.billwright.user.member;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.ChangedMeanwhile;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.paging.PageRequest;
import io.billwright.user.account.UserId;
import io.billwright.user.system.Keyset;
import io.billwright.user.system.RowStatement;

/// The memberships: all of a user's for work above organizations, else those of the current organization.
@Component
public class Memberships {

	private final DatabaseClient client;

	Memberships(DatabaseClient client) {
		this.client = client;
	}

	/// Every active membership of the user, the oldest first.
	public Flux<Membership> activeOf(UserId user) {
		return this.client.sql("""
				SELECT * FROM memberships WHERE user_id = :user AND status = 'active'
				ORDER BY created_at, organization_id""")
				.bind("user", user.value())
				.mapProperties(Row.class)
				.all()
				.map(Row::toMembership);
	}

	/// Every active membership of the user, for work in one organization after the other: in the same order whoever does
	/// it, so that two who are in the same organizations never wait for each other in a circle.
	public Flux<Membership> inTurn(UserId user) {
		return activeOf(user).sort(Comparator.comparing((membership) -> membership.organization().value()));
	}

	/// The membership, also a former one, or empty.
	public Mono<Membership> find(OrganizationId organization, UserId user) {
		return this.client.sql("SELECT * FROM memberships WHERE organization_id = :organization AND user_id = :user")
				.bind("organization", organization.value())
				.bind("user", user.value())
				.mapProperties(Row.class)
				.one()
				.map(Row::toMembership);
	}

	/// The active membership; fails with [NotFound].
	public Mono<Membership> require(OrganizationId organization, UserId user) {
		return find(organization, user).filter(Membership::active)
				.switchIfEmpty(Mono.error(() -> new NotFound("member", user.text())));
	}

	/// The active memberships of the current organization, one more than the page shows.
	Mono<List<Membership>> active(PageRequest page) {
		return this.client.sql("""
				SELECT * FROM memberships WHERE organization_id = app_organization() AND status = 'active'
				AND user_id > :after ORDER BY user_id LIMIT :limit""")
				.bind("after", Keyset.ascending(page))
				.bind("limit", page.fetch())
				.mapProperties(Row.class)
				.all()
				.map(Row::toMembership)
				.collectList();
	}

	/// Removes a member; fails with [MemberFailure.LastOwner].
	public Mono<Membership> leave(Membership membership, Instant now) {
		return lockOwners(membership.organization()).then(save(membership.remove(now)))
				.delayUntil((left) -> requireOwner(left.organization()));
	}

	/// Fails with [MemberFailure.LastOwner] where the organization has no owner any more.
	Mono<Void> requireOwner(OrganizationId organization) {
		return countOwners(organization).filter((count) -> count > 0)
				.switchIfEmpty(Mono.error(MemberFailure.LastOwner::new))
				.then();
	}

	/// Until the transaction ends nobody else makes or unmakes an owner, so that two owners who remove each other at the
	/// same time do not both succeed.
	Mono<Void> lockOwners(OrganizationId organization) {
		return this.client.sql("SELECT id FROM organizations WHERE id = :organization FOR NO KEY UPDATE")
				.bind("organization", organization.value())
				.then();
	}

	private Mono<Long> countOwners(OrganizationId organization) {
		return this.client.sql("""
				SELECT count(*) FROM memberships
				WHERE organization_id = :organization AND role = 'owner' AND status = 'active'""")
				.bind("organization", organization.value())
				.mapValue(Long.class)
				.one();
	}

	/// Adds a member; fails with [ChangedMeanwhile] where there is a membership already.
	public Mono<Membership> add(Membership membership) {
		return RowStatement.of(this.client, """
				INSERT INTO memberships (organization_id, user_id, version, role, status, created_at, updated_at)
				VALUES (:organizationId, :userId, :version, :role, :status, :createdAt, :updatedAt)
				ON CONFLICT DO NOTHING RETURNING *""", Row.of(membership))
				.mapProperties(Row.class)
				.one()
				.map(Row::toMembership)
				.switchIfEmpty(Mono.error(() -> new ChangedMeanwhile("member")));
	}

	/// Saves a changed membership and emits it with its next version; fails with [ChangedMeanwhile].
	public Mono<Membership> save(Membership membership) {
		return RowStatement.of(this.client, """
				UPDATE memberships SET version = version + 1, role = :role, status = :status, updated_at = :updatedAt
				WHERE organization_id = :organizationId AND user_id = :userId AND version = :version RETURNING *""",
				Row.of(membership))
				.mapProperties(Row.class)
				.one()
				.map(Row::toMembership)
				.switchIfEmpty(Mono.error(() -> new ChangedMeanwhile("member")));
	}

	record Row(UUID organizationId, UUID userId, long version, String role, String status, Instant createdAt,
			Instant updatedAt) {

		static Row of(Membership membership) {
			return new Row(membership.organization().value(), membership.user().value(), membership.version(),
					membership.role().code(), membership.active() ? "active" : "removed", membership.createdAt(),
					membership.updatedAt());
		}

		Membership toMembership() {
			return new Membership(new OrganizationId(this.organizationId), new UserId(this.userId), this.version,
					Role.of(this.role), "active".equals(this.status), this.createdAt, this.updatedAt);
		}

	}

}
