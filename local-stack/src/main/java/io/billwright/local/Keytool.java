package io.billwright.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// The JDK's certificate tool.
final class Keytool {

	private Keytool() {
	}

	/// Writes a key store with a self-signed certificate for localhost.
	static void generate(Path keyStore, String password, int days) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(List.of(Jdk.tool("keytool"), "-genkeypair", "-alias", "gateway",
				"-keyalg", "EC", "-groupname", "secp256r1", "-storetype", "PKCS12", "-keystore", keyStore.toString(),
				"-storepass:env", "KEYSTORE_PASSWORD", "-dname", "CN=localhost, O=Billwright local stack", "-validity",
				Integer.toString(days), "-ext", "SAN=dns:localhost,ip:127.0.0.1,ip:0:0:0:0:0:0:0:1"))
				.redirectErrorStream(true);
		builder.environment().put("KEYSTORE_PASSWORD", password);
		Process process = builder.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		try {
			if (process.waitFor() != 0) {
				throw new IOException("keytool failed: " + output.strip());
			}
		}
		catch (InterruptedException exception) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted while keytool ran", exception);
		}
	}

}
