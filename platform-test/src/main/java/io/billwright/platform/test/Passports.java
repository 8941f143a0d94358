package io.billwright.platform.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.UUID;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;

/// Mints passports as the gateway does, with a key pair of this JVM; every [PlatformTest] trusts its public key.
public final class Passports {

	private static final Duration LIFE = Duration.ofMinutes(5);

	private static final String CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";

	private static final int ID_LENGTH = 26;

	private static final Clock CLOCK = Clock.systemUTC();

	private static final ECKey KEY = generateKey();

	private static final ECKey FOREIGN_KEY = generateKey();

	private static final Path PUBLIC_KEYS = writePublicKey();

	private Passports() {
	}

	/// A logged-in owner of the organization, live mode.
	public static Passport user(String organization, String... scopes) {
		return passport("user", freshId("usr"), organization, "owner", scopes);
	}

	/// An API key of the organization, live mode.
	public static Passport apiKey(String organization, String... scopes) {
		return passport("api_key", freshId("key"), organization, null, scopes);
	}

	/// A caller without a credential.
	public static Passport anonymous() {
		return passport("anonymous", "anonymous", null, null);
	}

	/// The gateway itself.
	public static Passport service() {
		return passport("service", "gateway", null, null);
	}

	/// Whoever operates the platform.
	public static Passport operator() {
		return passport("operator", "opr_test", null, null, "platform:operate");
	}

	/// An id nobody has used, for example `org_01jd...` for the prefix `org`.
	public static String freshId(String prefix) {
		return prefix + "_" + base32(UUID.randomUUID());
	}

	/// The PEM file with the public key that verifies these passports.
	public static Path publicKeys() {
		return PUBLIC_KEYS;
	}

	static String sign(Passport passport) {
		Instant expiry = CLOCK.instant().plus(passport.validFor());
		JWTClaimsSet claims = new JWTClaimsSet.Builder().issuer("billwright-gateway")
				.audience("billwright")
				.issueTime(Date.from(expiry.minus(LIFE)))
				.expirationTime(Date.from(expiry))
				.subject(passport.principal())
				.claim("kind", passport.kind())
				.claim("org", passport.organization())
				.claim("mode", passport.mode())
				.claim("role", passport.role())
				.claim("scope", String.join(" ", passport.scopes()))
				.build();
		return sign(claims, passport.tampered() ? FOREIGN_KEY : KEY);
	}

	private static String sign(JWTClaimsSet claims, ECKey key) {
		try {
			SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(KEY.getKeyID()).build(),
					claims);
			token.sign(new ECDSASigner(key));
			return token.serialize();
		}
		catch (JOSEException exception) {
			throw new IllegalStateException(exception);
		}
	}

	private static Passport passport(String kind, String principal, @Nullable String organization,
			@Nullable String role, String... scopes) {
		return new Passport(kind, principal, organization, "live", role, List.of(scopes), LIFE, false);
	}

	/// The text form of our ids: 128 bits as 26 characters, most significant first.
	private static String base32(UUID uuid) {
		BigInteger rest = new BigInteger(uuid.toString().replace("-", ""), 16);
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < ID_LENGTH; i++) {
			text.append(CROCKFORD.charAt(rest.intValue() & 31));
			rest = rest.shiftRight(5);
		}
		return text.reverse().toString();
	}

	private static ECKey generateKey() {
		try {
			return new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
		}
		catch (JOSEException exception) {
			throw new IllegalStateException(exception);
		}
	}

	private static Path writePublicKey() {
		try {
			Path file = Files.createTempFile("passport-public-key-", ".pem");
			file.toFile().deleteOnExit();
			String body = Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(KEY.toPublicKey().getEncoded());
			return Files.writeString(file, "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n");
		}
		catch (IOException exception) {
			throw new UncheckedIOException(exception);
		}
		catch (JOSEException exception) {
			throw new IllegalStateException(exception);
		}
	}

}
