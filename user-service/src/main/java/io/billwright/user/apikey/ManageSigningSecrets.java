package io.billwright.user.apikey;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Caller;
import io.billwright.user.audit.AuditLog;
import io.billwright.user.audit.Change;
import io.billwright.user.secret.Sealing;
import io.billwright.user.session.Revocations;
import io.billwright.user.system.AfterCommit;

/// Makes, rotates and revokes the secrets with which requests are signed.
@Component
class ManageSigningSecrets {

	private final ApiKeys keys;

	private final SigningSecrets secrets;

	private final Sealing sealing;

	private final Revocations revocations;

	private final AuditLog audit;

	private final TransactionalOperator transaction;

	private final ApiKeySettings settings;

	private final Clock clock;

	ManageSigningSecrets(ApiKeys keys, SigningSecrets secrets, Sealing sealing, Revocations revocations, AuditLog audit,
			TransactionalOperator transaction, ApiKeySettings settings, Clock clock) {
		this.keys = keys;
		this.secrets = secrets;
		this.sealing = sealing;
		this.revocations = revocations;
		this.audit = audit;
		this.transaction = transaction;
		this.settings = settings;
		this.clock = clock;
	}

	/// Makes the key's current secret; the one before stays good for the overlap. Whoever has it may do what the key may, so
	/// the caller must be allowed that. Fails with an [ApiKeyFailure].
	Mono<SigningSecret> create(ApiKeyId id, @Nullable Duration overlap) {
		return Mono.zip(Caller.current(), this.keys.require(id))
				.doOnNext((both) -> requireFit(both.getT1(), both.getT2()))
				.flatMap((both) -> replace(both.getT2(), (overlap != null) ? overlap : this.settings.overlapDefault()))
				.as(this.transaction::transactional)
				.checkpoint("create signing secret");
	}

	/// Makes all of the key's secrets worthless at once. The key itself stays as it is.
	Mono<Void> revoke(ApiKeyId id) {
		return Mono.zip(Caller.current(), this.keys.require(id))
				.doOnNext((both) -> ManageApiKeys.requireMode(both.getT1(), both.getT2().live()))
				.flatMap((both) -> this.audit.record(new Change("api_key.signing_secrets_revoked", id.text())))
				.then(Mono.defer(() -> this.secrets.retire(id, this.clock.instant())))
				.then(AfterCommit.run(this.revocations.announce(id.text())))
				.as(this.transaction::transactional)
				.checkpoint("revoke signing secrets");
	}

	private void requireFit(Caller caller, ApiKey key) {
		ManageApiKeys.requireAllowed(caller, key.live(), key.scopes());
		if (key.publishable()) {
			throw new ApiKeyFailure.Publishable();
		}
		if (!key.active(this.clock.instant())) {
			throw new ApiKeyFailure.NotActive();
		}
		if (!this.sealing.isPossible()) {
			throw new ApiKeyFailure.SigningOff();
		}
	}

	/// From the record in the trail on the organization's changes come one after the other, so there is never more than one
	/// current secret.
	private Mono<SigningSecret> replace(ApiKey key, Duration overlap) {
		Instant now = this.clock.instant();
		SigningSecret secret = SigningSecret.next(key.id(), now);
		return this.audit.record(new Change("api_key.signing_secret_created", key.id().text()))
				.then(Mono.defer(() -> this.secrets.retire(key.id(), now.plus(overlap))))
				.then(this.secrets.add(secret))
				.then(AfterCommit.run(this.revocations.announce(key.id().text())))
				.thenReturn(secret);
	}

}
