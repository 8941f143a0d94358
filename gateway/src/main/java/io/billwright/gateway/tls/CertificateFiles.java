package io.billwright.gateway.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.pem.PemSslStore;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.web.server.Ssl;
import org.springframework.util.Assert;

/// The PEM files of a listener: its own certificate and key, and the authorities of clients' certificates if it asks for
/// these.
final class CertificateFiles {

	private final PemSslStoreDetails own;

	private final @Nullable PemSslStoreDetails authorities;

	private final SslOptions options;

	private final String protocol;

	CertificateFiles(Ssl ssl) {
		this.own = PemSslStoreDetails.forCertificate(ssl.getCertificate())
				.withPrivateKey(ssl.getCertificatePrivateKey());
		this.authorities = (ssl.getTrustCertificate() != null)
				? PemSslStoreDetails.forCertificate(ssl.getTrustCertificate())
				: null;
		this.options = SslOptions.of(ssl.getCiphers(), ssl.getEnabledProtocols());
		this.protocol = ssl.getProtocol();
	}

	/// What is in the files now.
	///
	/// @throws RuntimeException if they cannot be read or do not belong together
	Content read() {
		PemSslStore stored = load(this.own);
		List<X509Certificate> chain = chain(stored);
		PrivateKey key = stored.privateKey();
		Assert.state(key != null, "there is no private key");
		check(chain.getFirst(), key);
		return new Content(chain, key, (this.authorities != null) ? chain(load(this.authorities)) : List.of());
	}

	SslBundle bundle(Content content) {
		PemSslStore own = PemSslStore.of(content.chain(), content.key());
		PemSslStore trusted = content.authorities().isEmpty() ? null : PemSslStore.of(content.authorities(), null);
		SslBundle bundle = SslBundle.of(new PemSslStoreBundle(own, trusted), SslBundleKey.NONE, this.options,
				this.protocol);
		bundle.createSslContext();
		return bundle;
	}

	private static PemSslStore load(PemSslStoreDetails details) {
		PemSslStore stored = PemSslStore.load(details);
		Assert.state(stored != null, "there is no file");
		return stored;
	}

	private static List<X509Certificate> chain(PemSslStore stored) {
		List<X509Certificate> chain = stored.certificates();
		Assert.state(chain != null && !chain.isEmpty(), "there is no certificate");
		return List.copyOf(chain);
	}

	/// Files are written one after the other: for a moment the key is another certificate's.
	private static void check(X509Certificate certificate, PrivateKey key) {
		byte[] anything = certificate.getSerialNumber().toByteArray();
		try {
			certificate.checkValidity();
			Signature signature = Signature.getInstance(algorithm(key));
			signature.initSign(key);
			signature.update(anything);
			byte[] signed = signature.sign();
			signature.initVerify(certificate.getPublicKey());
			signature.update(anything);
			Assert.state(signature.verify(signed), "the private key is not the certificate's");
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("the certificate cannot be used with the private key: " + ex.getMessage(),
					ex);
		}
	}

	private static String algorithm(PrivateKey key) {
		return switch (key.getAlgorithm()) {
			case "RSA" -> "SHA256withRSA";
			case "EC" -> "SHA256withECDSA";
			default -> key.getAlgorithm();
		};
	}

	/// @param chain the certificate first, then those that it is signed with
	/// @param authorities whose certificates clients may show
	record Content(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities) {

		boolean is(Content other) {
			return this.chain.equals(other.chain) && this.key.equals(other.key)
					&& this.authorities.equals(other.authorities);
		}

	}

}
