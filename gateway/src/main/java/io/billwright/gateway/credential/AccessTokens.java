package io.billwright.gateway.credential;

import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.gateway.passport.Principal;
import io.billwright.platform.identity.CallerKind;

/// Access tokens: ES256 JWTs of user-service, verified here without asking it.
@Component
class AccessTokens {

	private static final int LENGTH_MAX = 4096;

	private final SigningKeys keys;

	private final Clock clock;

	AccessTokens(SigningKeys keys, Clock clock) {
		this.keys = keys;
		this.clock = clock;
	}

	Mono<Verdict> check(Credential.AccessToken credential) {
		SignedJWT token = parse(credential.token());
		if (token == null) {
			return Mono.just(Verdict.REFUSED);
		}
		return this.keys.find(token.getHeader().getKeyID())
				.filter((key) -> isSignedBy(token, key))
				.map((key) -> toVerdict(token))
				.defaultIfEmpty(Verdict.REFUSED);
	}

	private static @Nullable SignedJWT parse(String token) {
		try {
			SignedJWT jwt = (token.length() <= LENGTH_MAX) ? SignedJWT.parse(token) : null;
			return (jwt != null && JWSAlgorithm.ES256.equals(jwt.getHeader().getAlgorithm())
					&& jwt.getHeader().getKeyID() != null) ? jwt : null;
		}
		catch (ParseException ex) {
			return null;
		}
	}

	private static boolean isSignedBy(SignedJWT token, ECKey key) {
		try {
			return token.verify(new ECDSAVerifier(key));
		}
		catch (JOSEException ex) {
			return false;
		}
	}

	private Verdict toVerdict(SignedJWT token) {
		try {
			JWTClaimsSet claims = token.getJWTClaimsSet();
			Instant until = (claims.getExpirationTime() != null) ? claims.getExpirationTime().toInstant() : Instant.MIN;
			boolean meant = "billwright".equals(claims.getIssuer()) && claims.getAudience().contains("billwright-api");
			if (!meant || claims.getSubject() == null || !this.clock.instant().isBefore(until)) {
				return Verdict.REFUSED;
			}
			return Verdict.accepted(
					new Principal(CallerKind.USER, claims.getSubject(), claims.getStringClaim("org"), null,
							Objects.requireNonNullElse(claims.getStringClaim("scope"), ""),
							claims.getStringClaim("role"), null),
					until);
		}
		catch (ParseException ex) {
			return Verdict.REFUSED;
		}
	}

}
