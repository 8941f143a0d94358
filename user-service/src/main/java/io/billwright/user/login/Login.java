package io.billwright.user.login;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Caller;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.user.account.EmailAddress;
import io.billwright.user.account.User;
import io.billwright.user.account.UserId;
import io.billwright.user.account.Users;
import io.billwright.user.audit.AuditLog;
import io.billwright.user.audit.Change;
import io.billwright.user.audit.Client;
import io.billwright.user.member.Membership;
import io.billwright.user.member.Memberships;
import io.billwright.user.password.Passwords;
import io.billwright.user.session.AccessTokens;
import io.billwright.user.session.Grant;
import io.billwright.user.session.RefreshTokens;
import io.billwright.user.session.SessionFailure;
import io.billwright.user.session.Sessions;
import io.billwright.user.system.SystemTransaction;

/// Logs people in, and keeps them logged in.
@Component
class Login {

	private final Users users;

	private final Memberships memberships;

	private final Passwords passwords;

	private final Sessions sessions;

	private final AccessTokens accessTokens;

	private final RefreshTokens refreshTokens;

	private final AuditLog audit;

	private final SystemTransaction transaction;

	private final LoginSettings settings;

	private final LoginAttempts attempts;

	Login(Users users, Memberships memberships, Passwords passwords, Sessions sessions, AccessTokens accessTokens,
			RefreshTokens refreshTokens, AuditLog audit, SystemTransaction transaction, LoginSettings settings,
			LoginAttempts attempts) {
		this.users = users;
		this.memberships = memberships;
		this.passwords = passwords;
		this.sessions = sessions;
		this.accessTokens = accessTokens;
		this.refreshTokens = refreshTokens;
		this.audit = audit;
		this.transaction = transaction;
		this.settings = settings;
		this.attempts = attempts;
	}

	/// Checks the password and whether the user may act for the organization: the one asked for, else the one the user
	/// joined first. Until the password is found right, an unknown address costs what a known one does: one look and one
	/// hash. Fails with a [LoginFailure].
	Mono<Membership> authenticate(EmailAddress email, String password, @Nullable OrganizationId organization) {
		return this.attempts.charge(email)
				.then(this.users.findByEmail(email).as(this.transaction::transactional).singleOptional())
				.delayUntil((user) -> check(password, user))
				.delayUntil((user) -> this.attempts.forgive(email))
				.mapNotNull((user) -> user.orElse(null))
				.doOnNext(this::requireVerified)
				.flatMap((user) -> choose(user, organization))
				.checkpoint("log in");
	}

	/// Begins a session.
	Mono<Sessions.Begun> beginSession(Membership membership) {
		return Client.current()
				.flatMap((client) -> this.sessions.begin(grant(membership), client))
				.delayUntil((begun) -> record(membership, "session.created"));
	}

	/// Issues an access token and the first refresh token of a family.
	Mono<Tokens> issueTokens(Membership membership) {
		return this.refreshTokens.begin(membership.organization(), membership.user())
				.delayUntil((token) -> recorded(membership.organization(), membership.user(), "token_family.created"))
				.as(this.transaction::transactional)
				.flatMap((refresh) -> tokens(membership, refresh));
	}

	/// Exchanges a refresh token for a new pair. The role is read anew. A token that was used before revokes its family,
	/// and that is committed before the refusal. Fails with [SessionFailure.RefreshRefused].
	Mono<Tokens> refresh(String token) {
		return this.refreshTokens.exchange(token)
				.flatMap(this::settle)
				.as(this.transaction::transactional)
				.flatMap((settled) -> settled.toTokens(this))
				.checkpoint("refresh");
	}

	/// Revokes the family of a refresh token; without an effect where there is none.
	Mono<Void> revoke(String token) {
		return this.refreshTokens.revokeFamilyOf(token)
				.flatMap((family) -> recorded(family.organization(), family.user(), "token_family.revoked"))
				.as(this.transaction::transactional);
	}

	/// Ends the session that the request is made with, if it is made with one.
	Mono<Void> endSession() {
		return Caller.current()
				.mapNotNull(Caller::sessionId)
				.flatMap((session) -> this.sessions.end(session)
						.then(Tenant.current())
						.flatMap((tenant) -> this.transaction.onBehalfOf(tenant.organizationId(),
								this.audit.record(new Change("session.ended", session))))
						.as(this.transaction::transactional));
	}

	private Mono<Boolean> check(String password, Optional<User> user) {
		return this.passwords.matches(password, user.map(User::passwordHash).orElse(null))
				.filter(Boolean::booleanValue)
				.switchIfEmpty(Mono.error(LoginFailure.InvalidCredentials::new));
	}

	private void requireVerified(User user) {
		if (!user.verified() && !this.settings.loginBeforeVerification()) {
			throw new LoginFailure.EmailNotVerified();
		}
	}

	private Mono<Membership> choose(User user, @Nullable OrganizationId organization) {
		return this.memberships.activeOf(user.id())
				.filter((membership) -> (organization == null) || membership.organization().equals(organization))
				.collectList()
				.as(this.transaction::transactional)
				.filter((memberships) -> !memberships.isEmpty())
				.switchIfEmpty(Mono.error(LoginFailure.NotAMember::new))
				.map(List::getFirst);
	}

	private Mono<Settled> settle(RefreshTokens.Exchange exchange) {
		if (exchange.next() == null) {
			return recorded(exchange.organization(), exchange.user(), "refresh_token.reused")
					.thenReturn(Settled.REFUSED);
		}
		return this.memberships.find(exchange.organization(), exchange.user())
				.filter(Membership::active)
				.map((membership) -> new Settled(membership, exchange.next()))
				.defaultIfEmpty(Settled.REFUSED);
	}

	private Mono<Tokens> tokens(Membership membership, String refresh) {
		return this.accessTokens.sign(grant(membership)).map((access) -> new Tokens(membership, access, refresh));
	}

	private Mono<Void> record(Membership membership, String action) {
		return recorded(membership.organization(), membership.user(), action).as(this.transaction::transactional);
	}

	private Mono<Void> recorded(OrganizationId organization, UserId user, String action) {
		return this.transaction.onBehalfOf(organization,
				this.audit.recordBy(user.text(), new Change(action, user.text())));
	}

	private static Grant grant(Membership membership) {
		return new Grant(membership.organization(), membership.user(), membership.role().code(),
				membership.role().scope());
	}

	/// A pair of tokens and for what it is good.
	record Tokens(Membership membership, String access, String refresh) {}

	/// What an exchange came to, after its transaction.
	private record Settled(@Nullable Membership membership, @Nullable String next) {

		static final Settled REFUSED = new Settled(null, null);

		Mono<Tokens> toTokens(Login login) {
			return ((this.membership == null) || (this.next == null))
					? Mono.error(SessionFailure.RefreshRefused::new)
					: login.tokens(this.membership, this.next);
		}

	}

}
