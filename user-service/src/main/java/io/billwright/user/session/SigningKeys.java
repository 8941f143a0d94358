package io.billwright.user.session;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.util.Base64URL;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.springframework.stereotype.Component;

/// The key that signs access tokens, and those whose signatures are still good.
@Component
class SigningKeys {

	private static final int FIELD_BITS = 256;

	private final ECKey current;

	private final JWKSet published;

	SigningKeys(TokenSettings settings) {
		this.current = read(settings.privateKey(), "PRIVATE KEY", SigningKeys::privateKey);
		List<JWK> all = new ArrayList<>(List.of(this.current.toPublicJWK()));
		for (Path file : settings.retiredPublicKeys()) {
			all.add(read(file, "PUBLIC KEY", SigningKeys::publicKey));
		}
		this.published = new JWKSet(all);
	}

	ECKey current() {
		return this.current;
	}

	/// The public halves.
	JWKSet published() {
		return this.published;
	}

	private static ECKey read(Path file, String block, Reader reader) {
		try {
			Matcher pem = Pattern.compile("-----BEGIN %1$s-----([^-]+)-----END %1$s-----".formatted(block))
					.matcher(Files.readString(file));
			if (!pem.find()) {
				throw new IllegalStateException("%s has no '%s' block; an EC key in another form becomes one by: "
						.formatted(file, block) + "openssl pkcs8 -topk8 -nocrypt");
			}
			return reader.read(Base64.getMimeDecoder().decode(pem.group(1)));
		}
		catch (IOException | GeneralSecurityException | JOSEException | ClassCastException ex) {
			throw new IllegalStateException(
					"billwright.tokens: cannot read an EC P-256 key (PEM) from " + file + ": " + ex.getMessage(), ex);
		}
	}

	private static ECKey privateKey(byte[] encoded) throws GeneralSecurityException, JOSEException {
		ECPrivateKey key = (ECPrivateKey) KeyFactory.getInstance("EC")
				.generatePrivate(new PKCS8EncodedKeySpec(encoded));
		ECPoint point = CustomNamedCurves.getByName("secp256r1").getG().multiply(key.getS()).normalize();
		return finish(new ECKey.Builder(Curve.P_256, coordinate(point.getAffineXCoord().toBigInteger()),
				coordinate(point.getAffineYCoord().toBigInteger())).privateKey(key));
	}

	private static ECKey publicKey(byte[] encoded) throws GeneralSecurityException, JOSEException {
		return finish(new ECKey.Builder(Curve.P_256,
				(ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded))));
	}

	private static ECKey finish(ECKey.Builder key) throws JOSEException {
		return key.keyUse(KeyUse.SIGNATURE).algorithm(JWSAlgorithm.ES256).keyIDFromThumbprint().build();
	}

	private static Base64URL coordinate(BigInteger value) {
		return ECKey.encodeCoordinate(FIELD_BITS, value);
	}

	@FunctionalInterface
	private interface Reader {

		ECKey read(byte[] encoded) throws GeneralSecurityException, JOSEException;

	}

}
