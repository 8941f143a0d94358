package io.billwright.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class SecretsTests {

	@TempDir
	private Path directory;

	@Test
	void secretsWhenGeneratedThenOnlyTheirOwnerReadsThem() throws IOException {
		Path secrets = this.directory.resolve("secrets");
		Secrets.in(secrets);
		assertThat(permissions(secrets)).isEqualTo("rwx------");
		try (Stream<Path> files = Files.list(secrets)) {
			assertThat(files).hasSize(11).allSatisfy((file) -> assertThat(permissions(file)).isEqualTo("rw-------"));
		}
	}

	@Test
	void secretsWhenGeneratedAgainThenStayTheSame() throws IOException {
		Secrets.in(this.directory);
		Map<Path, String> first = contents();
		Secrets.in(this.directory);
		assertThat(contents()).isEqualTo(first);
	}

	@Test
	void sealingKeyWhenGeneratedThenHasTheLengthOfItsCipher() throws IOException {
		Secrets secrets = Secrets.in(this.directory);
		assertThat(Base64.getDecoder().decode(Files.readString(secrets.sealingKey()).strip())).hasSize(32);
	}

	@Test
	void passportKeysWhenGeneratedThenBelongTogether() throws Exception {
		Secrets secrets = Secrets.in(this.directory);
		assertThat(belongTogether(privateKey(secrets.passportPrivateKey()), publicKey(secrets.passportPublicKey())))
				.isTrue();
	}

	@Test
	void operatorKeyWhenGeneratedThenIsFormedLikeAnyOtherAndKnownByItsHash() throws Exception {
		Secrets secrets = Secrets.in(this.directory);
		String key = Files.readString(secrets.operatorApiKey());
		assertThat(key).matches("bw_live_[0-9A-Za-z]{49}");
		java.util.zip.CRC32 crc = new java.util.zip.CRC32();
		crc.update(key.substring(0, 51).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
		long checksum = key.substring(51)
				.chars()
				.mapToLong("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"::indexOf)
				.reduce(0, (sum, digit) -> sum * 62 + digit);
		assertThat(checksum).isEqualTo(crc.getValue());
		assertThat(secrets.operatorApiKeyHash()).isEqualTo(java.util.HexFormat.of()
				.formatHex(java.security.MessageDigest.getInstance("SHA-256")
						.digest(key.getBytes(java.nio.charset.StandardCharsets.US_ASCII))));
	}

	@Test
	void certificateWhenGeneratedThenNamesThisMachineAndFitsItsKey() throws Exception {
		Secrets secrets = Secrets.in(this.directory);
		try (InputStream in = Files.newInputStream(secrets.gatewayCertificate())) {
			X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
					.generateCertificate(in);
			assertThat(certificate.getSubjectAlternativeNames().toString()).contains("localhost", "127.0.0.1");
			assertThat(belongTogether(privateKey(secrets.gatewayPrivateKey()), certificate.getPublicKey())).isTrue();
		}
	}

	@Test
	void passwordsWhenGeneratedThenAreLongAndDifferent() throws IOException {
		Secrets secrets = Secrets.in(this.directory);
		assertThat(Stream.of(secrets.adminPassword(), secrets.ownerPassword(), secrets.appPassword()).distinct())
				.hasSize(3)
				.allMatch((password) -> password.length() >= 32);
	}

	private Map<Path, String> contents() throws IOException {
		Map<Path, String> contents = new HashMap<>();
		try (Stream<Path> files = Files.list(this.directory)) {
			for (Path file : files.toList()) {
				contents.put(file, Files.readString(file));
			}
		}
		return contents;
	}

	private static boolean belongTogether(PrivateKey privateKey, PublicKey publicKey) throws Exception {
		byte[] message = {1, 2, 3};
		Signature signer = Signature.getInstance("SHA256withECDSA");
		signer.initSign(privateKey);
		signer.update(message);
		byte[] signature = signer.sign();
		signer.initVerify(publicKey);
		signer.update(message);
		return signer.verify(signature);
	}

	private static PrivateKey privateKey(Path pem) throws Exception {
		return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der(pem)));
	}

	private static PublicKey publicKey(Path pem) throws Exception {
		return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der(pem)));
	}

	private static byte[] der(Path pem) throws IOException {
		return Base64.getDecoder().decode(Files.readString(pem).replaceAll("-----.*-----|\\s", ""));
	}

	private static String permissions(Path file) {
		try {
			return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
		}
		catch (IOException exception) {
			throw new java.io.UncheckedIOException(exception);
		}
	}

}
