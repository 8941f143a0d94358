package io.billwright.platform.identity;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;

import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.tenancy.Tenant;

/// Verifies passports: signature, issuer, audience, expiry. A verified passport is remembered by its text until it
/// expires, so that a hot caller costs no signature.
final class PassportVerifier {

	private final List<JWSVerifier> verifiers;

	private final Cache<String, Verified> verified;

	private final Clock clock;

	PassportVerifier(PassportSettings settings, Clock clock) {
		this.verifiers = settings.publicKeys().stream().map(PassportVerifier::verifier).toList();
		this.verified = Caffeine.newBuilder().maximumSize(settings.cacheSize()).build();
		this.clock = clock;
	}

	/// The caller whom the passport names, or `null` where it is not valid.
	@Nullable
	Caller verify(String passport) {
		Verified known = this.verified.getIfPresent(passport);
		if (known == null) {
			known = read(passport);
			if (known == null) {
				return null;
			}
			this.verified.put(passport, known);
		}
		return known.expiresAt().isAfter(this.clock.instant()) ? known.caller() : null;
	}

	private @Nullable Verified read(String passport) {
		try {
			SignedJWT jwt = SignedJWT.parse(passport);
			return isSigned(jwt) ? toVerified(passport, jwt.getJWTClaimsSet()) : null;
		}
		catch (ParseException | JOSEException | IllegalArgumentException ex) {
			return null;
		}
	}

	private boolean isSigned(SignedJWT jwt) throws JOSEException {
		if (!JWSAlgorithm.ES256.equals(jwt.getHeader().getAlgorithm())) {
			return false;
		}
		for (JWSVerifier verifier : this.verifiers) {
			if (jwt.verify(verifier)) {
				return true;
			}
		}
		return false;
	}

	private static @Nullable Verified toVerified(String passport, JWTClaimsSet claims) throws ParseException {
		if (!Passport.ISSUER.equals(claims.getIssuer()) || !claims.getAudience().contains(Passport.AUDIENCE)
				|| (claims.getExpirationTime() == null) || (claims.getSubject() == null)) {
			return null;
		}
		String organization = claims.getStringClaim(Passport.ORGANIZATION);
		Tenant tenant = (organization == null)
				? null
				: new Tenant(OrganizationId.parse(organization).value(),
						!"test".equals(claims.getStringClaim(Passport.MODE)));
		String scope = claims.getStringClaim(Passport.SCOPE);
		Caller caller = new Caller(
				CallerKind.valueOf(String.valueOf(claims.getStringClaim(Passport.KIND)).toUpperCase(Locale.ROOT)),
				claims.getSubject(), tenant, ((scope == null) || scope.isBlank()) ? Set.of() : Set.of(scope.split(" ")),
				claims.getStringClaim(Passport.ROLE), claims.getStringClaim(Passport.SESSION), passport);
		return isConsistent(caller) ? new Verified(caller, claims.getExpirationTime().toInstant()) : null;
	}

	/// Users and keys always belong to an organization, the others never do.
	private static boolean isConsistent(Caller caller) {
		return switch (caller.kind()) {
			case USER, API_KEY -> caller.tenant() != null;
			case ANONYMOUS, SERVICE, OPERATOR -> caller.tenant() == null;
		};
	}

	private static JWSVerifier verifier(Path file) {
		try {
			PublicKey key = JWK.parseFromPEMEncodedObjects(Files.readString(file)).toECKey().toECPublicKey();
			return new ECDSAVerifier((ECPublicKey) key);
		}
		catch (Exception ex) {
			throw new IllegalStateException(
					"billwright.passport.public-keys: cannot read a public EC key (PEM, P-256) from "
							+ file + ": " + ex.getMessage(),
					ex);
		}
	}

	private record Verified(Caller caller, Instant expiresAt) {}

}
