package io.billwright.user.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.billwright.platform.ids.Ids;

/// Signs access tokens (ES256). The gateway verifies them by itself, so one that is out stays good until it expires.
@Component
public class AccessTokens {

	/// The `iss` claim.
	public static final String ISSUER = "billwright";

	/// The `aud` claim.
	public static final String AUDIENCE = "billwright-api";

	private final SigningKeys keys;

	private final TokenSettings settings;

	private final Clock clock;

	AccessTokens(SigningKeys keys, TokenSettings settings, Clock clock) {
		this.keys = keys;
		this.settings = settings;
		this.clock = clock;
	}

	/// A signed token for what was granted. On a thread that may wait: the JDK's signature asks the operating system
	/// for randomness.
	public Mono<String> sign(Grant grant) {
		return Mono.fromCallable(() -> signed(grant)).subscribeOn(Schedulers.boundedElastic());
	}

	/// How long a token is good for.
	public Duration life() {
		return this.settings.access();
	}

	private String signed(Grant grant) throws JOSEException {
		Instant now = this.clock.instant();
		JWTClaimsSet claims = new JWTClaimsSet.Builder().issuer(ISSUER)
				.audience(AUDIENCE)
				.jwtID(Ids.next().toString())
				.issueTime(Date.from(now))
				.expirationTime(Date.from(now.plus(this.settings.access())))
				.subject(grant.user().text())
				.claim("org", grant.organization().text())
				.claim("role", grant.role())
				.claim("scope", grant.scope())
				.build();
		JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(this.keys.current().getKeyID()).build();
		SignedJWT token = new SignedJWT(header, claims);
		token.sign(new ECDSASigner(this.keys.current()));
		return token.serialize();
	}

}
