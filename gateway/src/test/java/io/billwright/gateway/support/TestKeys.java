package io.billwright.gateway.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;

/// Key pairs of the gateway and of user-service.
public final class TestKeys {

	/// Signs passports.
	public static final ECKey PASSPORT = generate();

	/// Signs access tokens.
	public static final ECKey ACCESS_TOKEN = generate();

	/// Signs nothing that anybody trusts.
	public static final ECKey FOREIGN = generate();

	private TestKeys() {
	}

	/// A PEM file with the passport's private key.
	public static Path passportFile() {
		try {
			Path file = Files.createTempFile("passport-private-key-", ".pem");
			file.toFile().deleteOnExit();
			String body = Base64.getMimeEncoder(64, new byte[]{'\n'})
					.encodeToString(PASSPORT.toPrivateKey().getEncoded());
			return Files.writeString(file, "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static ECKey generate() {
		try {
			return new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
