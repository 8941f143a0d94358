package io.billwright.gateway.credential;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.gateway.accounts.Accounts;
import io.billwright.platform.failure.Unavailable;

/// The public keys of access tokens. An unknown key id makes the edge ask again, but never more often than the settings
/// allow, so that invented ids cost user-service nothing.
@Component
class SigningKeys {

	private final Clock clock;

	private final Duration maxAge;

	private final Mono<JWKSet> refresh;

	private volatile Loaded loaded = new Loaded(new JWKSet(), Instant.MIN);

	SigningKeys(Accounts accounts, CredentialSettings settings, Clock clock) {
		this.clock = clock;
		this.maxAge = settings.signingKeysMaxAge();
		this.refresh = accounts.requestSigningKeys()
				.doOnNext((keys) -> this.loaded = new Loaded(keys, clock.instant().plus(this.maxAge)))
				.cache((keys) -> settings.signingKeysPause(), (failure) -> Duration.ofSeconds(1),
						settings::signingKeysPause);
	}

	/// The key of that id; empty where there is none. While user-service is away the keys known so far go on working.
	Mono<ECKey> find(String keyId) {
		JWK known = this.loaded.keys().getKeyByKeyId(keyId);
		if (known != null && this.clock.instant().isBefore(this.loaded.staleAt())) {
			return Mono.just(known.toECKey());
		}
		return this.refresh.onErrorResume(Unavailable.class,
				(away) -> (known != null) ? Mono.just(this.loaded.keys()) : Mono.error(away))
				.mapNotNull((keys) -> keys.getKeyByKeyId(keyId))
				.ofType(ECKey.class);
	}

	private record Loaded(JWKSet keys, Instant staleAt) {}

}
