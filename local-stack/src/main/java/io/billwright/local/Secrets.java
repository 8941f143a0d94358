package io.billwright.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Set;

/// The secrets of one installation: generated where they are missing, kept in files only their owner can read.
record Secrets(Path directory) {

	private static final int PASSWORD_BYTES = 24;

	private static final int SEALING_KEY_BYTES = 32;

	private static final int CERTIFICATE_DAYS = 825;

	private static final SecureRandom RANDOM = new SecureRandom();

	/// Generates what is missing.
	///
	/// @throws IOException when the directory cannot be written
	static Secrets in(Path directory) throws IOException {
		Files.createDirectories(directory,
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		Secrets secrets = new Secrets(directory);
		for (Path password : Set.of(secrets.file("postgres-admin.password"), secrets.file("postgres-owner.password"),
				secrets.file("postgres-app.password"))) {
			if (!Files.exists(password)) {
				write(password, randomPassword());
			}
		}
		if (!Files.exists(secrets.operatorApiKey())) {
			write(secrets.operatorApiKey(), OperatorKey.next(RANDOM).text());
		}
		secrets.generateKeyPair(secrets.passportPrivateKey(), secrets.passportPublicKey());
		secrets.generateKeyPair(secrets.tokensPrivateKey(), secrets.file("tokens.public.pem"));
		if (!Files.exists(secrets.sealingKey())) {
			write(secrets.sealingKey(), Base64.getEncoder().encodeToString(randomBytes(SEALING_KEY_BYTES)) + "\n");
		}
		secrets.generateCertificate();
		return secrets;
	}

	String adminPassword() {
		return read("postgres-admin.password");
	}

	String ownerPassword() {
		return read("postgres-owner.password");
	}

	String appPassword() {
		return read("postgres-app.password");
	}

	/// The file with the API key of whoever operates this installation.
	Path operatorApiKey() {
		return file("operator.api-key");
	}

	/// By which the platform knows that key.
	String operatorApiKeyHash() {
		return new OperatorKey(read("operator.api-key")).hash();
	}

	Path passportPrivateKey() {
		return file("passport.private.pem");
	}

	Path passportPublicKey() {
		return file("passport.public.pem");
	}

	Path tokensPrivateKey() {
		return file("tokens.private.pem");
	}

	Path sealingKey() {
		return file("sealing.key");
	}

	Path gatewayPrivateKey() {
		return file("gateway.private.pem");
	}

	Path gatewayCertificate() {
		return file("gateway.certificate.pem");
	}

	private Path file(String name) {
		return this.directory.resolve(name);
	}

	private String read(String name) {
		try {
			return Files.readString(file(name)).strip();
		}
		catch (IOException exception) {
			throw new java.io.UncheckedIOException(exception);
		}
	}

	private static String randomPassword() {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(randomBytes(PASSWORD_BYTES));
	}

	private static byte[] randomBytes(int count) {
		byte[] bytes = new byte[count];
		RANDOM.nextBytes(bytes);
		return bytes;
	}

	/// The private key is written last: a pair with one is complete.
	private void generateKeyPair(Path privateKey, Path publicKey) throws IOException {
		if (Files.exists(privateKey)) {
			return;
		}
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
			generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
			KeyPair pair = generator.generateKeyPair();
			write(publicKey, pem("PUBLIC KEY", pair.getPublic().getEncoded()));
			write(privateKey, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
		}
		catch (GeneralSecurityException exception) {
			throw new IllegalStateException(exception);
		}
	}

	/// A self-signed certificate for this machine, made by the JDK's keytool, as two PEM files.
	private void generateCertificate() throws IOException {
		if (Files.exists(gatewayPrivateKey())) {
			return;
		}
		Path keyStore = file("gateway.p12");
		Files.deleteIfExists(keyStore);
		String password = randomPassword();
		Keytool.generate(keyStore, password, CERTIFICATE_DAYS);
		try {
			KeyStore store = KeyStore.getInstance(keyStore.toFile(), password.toCharArray());
			Key key = store.getKey("gateway", password.toCharArray());
			write(gatewayCertificate(), pem("CERTIFICATE", store.getCertificate("gateway").getEncoded()));
			write(gatewayPrivateKey(), pem("PRIVATE KEY", key.getEncoded()));
		}
		catch (GeneralSecurityException exception) {
			throw new IllegalStateException(exception);
		}
		finally {
			Files.deleteIfExists(keyStore);
		}
	}

	private static String pem(String type, byte[] der) {
		String body = Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der);
		return "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(type, body, type);
	}

	/// Readable by the owner from its first byte on, complete or absent.
	private static void write(Path file, String content) throws IOException {
		Path temporary = file.resolveSibling(file.getFileName() + ".new");
		Files.deleteIfExists(temporary);
		Files.createFile(temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
		Files.write(temporary, content.getBytes(StandardCharsets.UTF_8), StandardOpenOption.WRITE);
		Files.move(temporary, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
	}

}
