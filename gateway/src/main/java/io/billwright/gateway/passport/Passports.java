package io.billwright.gateway.passport;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.stereotype.Component;

import io.billwright.platform.identity.Passport;

/// Passports by principal and mode. A signature is computed about once in four minutes for each, not once a request.
@Component
public final class Passports {

	private static final JWSHeader JWS_HEADER = new JWSHeader.Builder(JWSAlgorithm.ES256).type(JOSEObjectType.JWT)
			.build();

	private final PassportSettings settings;

	private final Clock clock;

	private final JWSSigner signer;

	private final Cache<Holder, Signed> signed;

	Passports(PassportSettings settings, Clock clock) {
		this.settings = settings;
		this.clock = clock;
		this.signer = signer(settings.privateKey());
		this.signed = Caffeine.newBuilder()
				.maximumSize(settings.kept())
				.expireAfterWrite(settings.lifetime())
				.build();
	}

	/// The gateway's own passport.
	public String gateway() {
		return of(Principal.GATEWAY, Mode.LIVE);
	}

	/// A passport with more than the renewal threshold of life left.
	///
	/// @param mode used where the principal's own mode is not fixed
	public String of(Principal principal, Mode mode) {
		Holder holder = new Holder(principal, (principal.mode() != null) ? principal.mode() : mode);
		Instant now = this.clock.instant();
		Signed current = this.signed.getIfPresent(holder);
		if (current == null || !now.isBefore(current.renewAt())) {
			current = new Signed(sign(holder, now),
					now.plus(this.settings.lifetime()).minus(this.settings.renewBefore()));
			this.signed.put(holder, current);
		}
		return current.passport();
	}

	private String sign(Holder holder, Instant now) {
		SignedJWT jwt = new SignedJWT(JWS_HEADER, claims(holder, now));
		try {
			jwt.sign(this.signer);
			return jwt.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException("The passport could not be signed", ex);
		}
	}

	private JWTClaimsSet claims(Holder holder, Instant now) {
		Principal principal = holder.principal();
		return new JWTClaimsSet.Builder().issuer(Passport.ISSUER)
				.audience(Passport.AUDIENCE)
				.issueTime(Date.from(now))
				.expirationTime(Date.from(now.plus(this.settings.lifetime())))
				.subject(principal.subject())
				.claim(Passport.KIND, principal.kind().claim())
				.claim(Passport.ORGANIZATION, principal.organization())
				.claim(Passport.MODE, holder.mode().text())
				.claim(Passport.SCOPE, principal.scope())
				.claim(Passport.ROLE, principal.role())
				.claim(Passport.SESSION, principal.session())
				.build();
	}

	private static JWSSigner signer(Path file) {
		try {
			PrivateKey key = PemContent.load(file).getPrivateKey();
			if (key instanceof ECPrivateKey ecKey) {
				return new ECDSASigner(ecKey);
			}
		}
		catch (IOException | JOSEException | IllegalStateException ex) {
			throw new IllegalStateException(unusable(file), ex);
		}
		throw new IllegalStateException(unusable(file));
	}

	private static String unusable(Path file) {
		return "billwright.gateway.passport.private-key: '%s' is not a PEM file with an EC P-256 private key"
				.formatted(file);
	}

	private record Holder(Principal principal, Mode mode) {}

	private record Signed(String passport, Instant renewAt) {}

}
