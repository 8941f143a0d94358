package io.billwright.user.apikey;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Caller;
import io.billwright.platform.identity.CallerKind;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.user.audit.AuditLog;
import io.billwright.user.audit.Change;
import io.billwright.user.session.Revocations;
import io.billwright.user.system.AfterCommit;

/// Makes, rotates and revokes API keys.
@Component
class ManageApiKeys {

	private final ApiKeys keys;

	private final Revocations revocations;

	private final AuditLog audit;

	private final TransactionalOperator transaction;

	private final ApiKeySettings settings;

	private final Clock clock;

	ManageApiKeys(ApiKeys keys, Revocations revocations, AuditLog audit, TransactionalOperator transaction,
			ApiKeySettings settings, Clock clock) {
		this.keys = keys;
		this.revocations = revocations;
		this.audit = audit;
		this.transaction = transaction;
		this.settings = settings;
		this.clock = clock;
	}

	/// Makes a key that may do no more than the caller. Fails with an [ApiKeyFailure].
	Mono<Created> create(ApiKeyOrder order) {
		ApiKeySecret secret = ApiKeySecret.next(order.publishable(), order.live());
		return Caller.current()
				.doOnNext((caller) -> requireAllowed(caller, order.live(), order.scopes()))
				.map((caller) -> ApiKey.create(order, secret, caller.principal(), this.clock.instant()))
				.flatMap((key) -> add(key, secret))
				.delayUntil((created) -> this.audit.record(new Change("api_key.created", created.key().id().text())))
				.delayUntil((created) -> requireFewEnough())
				.as(this.transaction::transactional)
				.checkpoint("create API key");
	}

	/// Makes a key in place of another, which stays good for the overlap. Fails with an [ApiKeyFailure].
	Mono<Created> rotate(ApiKeyId id, @Nullable Duration overlap) {
		return Mono.zip(Caller.current(), this.keys.require(id))
				.flatMap((both) -> rotate(both.getT1(), both.getT2(), (overlap != null)
						? overlap
						: this.settings.overlapDefault()))
				.as(this.transaction::transactional)
				.checkpoint("rotate API key");
	}

	/// Makes a key worthless at once.
	Mono<Void> revoke(ApiKeyId id) {
		return Mono.zip(Caller.current(), this.keys.require(id))
				.doOnNext((both) -> requireMode(both.getT1(), both.getT2().live()))
				.map((both) -> both.getT2())
				.filter((key) -> key.revokedAt() == null)
				.flatMap((key) -> this.keys.save(key.revoke(this.clock.instant())))
				.flatMap((key) -> this.audit.record(new Change("api_key.revoked", key.id().text()))
						.then(announce(key.id())))
				.as(this.transaction::transactional)
				.checkpoint("revoke API key");
	}

	private Mono<Created> rotate(Caller caller, ApiKey old, Duration overlap) {
		requireAllowed(caller, old.live(), old.scopes());
		Instant now = this.clock.instant();
		ApiKeySecret secret = ApiKeySecret.next(old.publishable(), old.live());
		ApiKey successor = old.successor(secret, caller.principal(), now);
		return this.keys.save(old.retire(overlap, now))
				.then(add(successor, secret))
				.delayUntil((created) -> this.audit.record(new Change("api_key.rotated", old.id().text(),
						Map.of("successor", successor.id().text()))))
				.delayUntil((created) -> requireFewEnough())
				.delayUntil((created) -> announce(old.id()));
	}

	/// Gateways know a key by its hash, and by its id where it signs.
	private Mono<Void> announce(ApiKeyId id) {
		return this.keys.hashOf(id)
				.flatMap((hash) -> AfterCommit
						.run(this.revocations.announce(hash).then(this.revocations.announce(id.text()))));
	}

	private Mono<Created> add(ApiKey key, ApiKeySecret secret) {
		return this.keys.add(key, secret).thenReturn(new Created(key, secret));
	}

	/// Exact when asked after the change was recorded: from there on the organization's changes come one after the other.
	private Mono<Void> requireFewEnough() {
		return this.keys.countActive()
				.filter((count) -> count > this.settings.active())
				.flatMap((count) -> Mono.error(() -> new ApiKeyFailure.TooMany(this.settings.active())));
	}

	static void requireAllowed(Caller caller, boolean live, Collection<String> scopes) {
		requireMode(caller, live);
		List<String> exceeding = scopes.stream().filter((scope) -> !caller.may(scope)).sorted().toList();
		if (!exceeding.isEmpty()) {
			throw new ApiKeyFailure.ScopesExceeded(exceeding);
		}
	}

	static void requireMode(Caller caller, boolean live) {
		Tenant tenant = caller.tenant();
		if ((caller.kind() == CallerKind.API_KEY) && (tenant != null) && (tenant.live() != live)) {
			throw new ApiKeyFailure.OtherMode();
		}
	}

	/// A key with its secret, which nobody sees again unless it is publishable.
	record Created(ApiKey key, ApiKeySecret secret) {}

}
