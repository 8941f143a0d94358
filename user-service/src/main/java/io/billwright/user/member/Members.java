package io.billwright.user.member;

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Caller;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.user.account.User;
import io.billwright.user.account.UserId;
import io.billwright.user.account.Users;
import io.billwright.user.audit.AuditLog;
import io.billwright.user.audit.Change;
import io.billwright.user.session.Sessions;

/// The members of the current organization.
@Component
class Members {

	private final Memberships memberships;

	private final Users users;

	private final Sessions sessions;

	private final MemberEvents events;

	private final AuditLog audit;

	private final TransactionalOperator transaction;

	private final Clock clock;

	Members(Memberships memberships, Users users, Sessions sessions, MemberEvents events, AuditLog audit,
			TransactionalOperator transaction, Clock clock) {
		this.memberships = memberships;
		this.users = users;
		this.sessions = sessions;
		this.events = events;
		this.audit = audit;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// The member; fails with [NotFound].
	Mono<Member> require(UserId user) {
		return organization().flatMap((organization) -> this.memberships.require(organization, user))
				.flatMap((membership) -> this.users.require(user).map((person) -> new Member(membership, person)));
	}

	/// A page of the members, in the order in which their accounts were made.
	Mono<Page<Member>> list(PageRequest page) {
		return this.memberships.active(page)
				.flatMap((memberships) -> this.users.findAll(memberships.stream().map(Membership::user).toList())
						.collectMap(User::id)
						.map((users) -> toMembers(memberships, users)))
				.map((members) -> Page.of(members, page, (member) -> Cursor.of(member.user().id().value())));
	}

	/// Gives a member another role, and ends their sessions, which carry the old one. Fails with a [MemberFailure].
	Mono<Member> assign(UserId user, Role role, ExpectedVersion expected) {
		return Mono.zip(Caller.current(), lock(user))
				.doOnNext((both) -> expected.check(both.getT2().membership().version()))
				.doOnNext((both) -> requireGrantable(both.getT1(), both.getT2().membership().role()))
				.doOnNext((both) -> requireGrantable(both.getT1(), role))
				.flatMap((both) -> assign(both.getT2(), role))
				.as(this.transaction::transactional)
				.checkpoint("assign role");
	}

	/// Removes a member; with them go their sessions. Fails with a [MemberFailure].
	Mono<Void> remove(UserId user, ExpectedVersion expected) {
		return Mono.zip(Caller.current(), lock(user))
				.doOnNext((both) -> expected.check(both.getT2().membership().version()))
				.doOnNext((both) -> requireGrantable(both.getT1(), both.getT2().membership().role()))
				.flatMap((both) -> remove(both.getT2()))
				.as(this.transaction::transactional)
				.checkpoint("remove member");
	}

	/// Whoever makes or unmakes an owner waits for whoever is about to.
	private Mono<Member> lock(UserId user) {
		return organization().flatMap(this.memberships::lockOwners).then(require(user));
	}

	private static void requireGrantable(Caller caller, Role role) {
		role.requireGrantable(caller.scopes(), caller.role());
	}

	private Mono<Member> assign(Member member, Role role) {
		Role before = member.membership().role();
		if (before == role) {
			return Mono.just(member);
		}
		return this.memberships.save(member.membership().assign(role, this.clock.instant()))
				.delayUntil((membership) -> this.memberships.requireOwner(membership.organization()))
				.map((membership) -> new Member(membership, member.user()))
				.delayUntil((changed) -> this.events.updated(changed.user(), changed.membership()))
				.delayUntil((changed) -> this.audit.record(new Change("member.role_changed", member.user().id().text(),
						Map.of("from", before.code(), "to", role.code()))))
				.delayUntil((changed) -> endSessions(changed.membership()));
	}

	private Mono<Void> remove(Member member) {
		return this.memberships.leave(member.membership(), this.clock.instant())
				.delayUntil((membership) -> this.events.removed(member.user(), membership))
				.delayUntil((membership) -> this.audit.record(new Change("member.removed", member.user().id().text(),
						Map.of("role", membership.role().code()))))
				.flatMap(this::endSessions);
	}

	private Mono<Void> endSessions(Membership membership) {
		return this.sessions.endAll(membership.user(),
				(session) -> session.organization().equals(membership.organization()));
	}

	private static Mono<OrganizationId> organization() {
		return Tenant.current().map(Tenant::organizationId);
	}

	private static List<Member> toMembers(Collection<Membership> memberships, Map<UserId, User> users) {
		return memberships.stream()
				.flatMap((membership) -> Optional.ofNullable(users.get(membership.user()))
						.map((user) -> new Member(membership, user))
						.stream())
				.toList();
	}

}
