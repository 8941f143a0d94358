package io.billwright.gateway.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.TestTls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@GatewayTest(properties = {"server.ssl.enabled=true", "billwright.gateway.tls.reload=100ms"})
@DirtiesContext
@ExtendWith(OutputCaptureExtension.class)
class CertificateReloadTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final X509Bundle FIRST = TestTls.certificate("first");

	@TempDir
	private static Path directory;

	@LocalServerPort
	private int port;

	@Autowired
	private MeterRegistry meters;

	@DynamicPropertySource
	static void certificate(DynamicPropertyRegistry registry) throws IOException {
		write(FIRST.getCertificatePathPEM(), FIRST.getPrivateKeyPEM());
		registry.add("server.ssl.certificate", () -> directory.resolve("tls.crt").toString());
		registry.add("server.ssl.certificate-private-key", () -> directory.resolve("tls.key").toString());
	}

	@Test
	void filesWhenTheyChangeThenNewConnectionsGetTheNewCertificate(CapturedOutput output) throws Exception {
		try (SSLSocket before = connect()) {
			assertThat(shown(before)).isEqualTo(FIRST.getCertificate());

			X509Bundle second = TestTls.certificate("second");
			write(FIRST.getCertificatePathPEM(), second.getPrivateKeyPEM());
			awaitRefused(1);
			assertThat(shown()).as("half of a pair").isEqualTo(FIRST.getCertificate());

			write(second.getCertificatePathPEM(), second.getPrivateKeyPEM());
			await().atMost(SOON).untilAsserted(() -> assertThat(shown()).isEqualTo(second.getCertificate()));
			assertThat(reloads("taken")).isEqualTo(1);

			write(second.getCertificatePathPEM().substring(0, 100), second.getPrivateKeyPEM());
			awaitRefused(2);
			X509Bundle expired = expired();
			write(expired.getCertificatePathPEM(), expired.getPrivateKeyPEM());
			awaitRefused(3);
			Files.delete(directory.resolve("tls.key"));
			awaitRefused(4);
			assertThat(shown()).isEqualTo(second.getCertificate());
			assertThat(output.getOut().lines().filter((line) -> line.contains("certificate files cannot be used")))
					.as("once for each trouble")
					.hasSize(4);

			before.getOutputStream()
					.write("GET /health HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			assertThat(new String(before.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
					.as("on the connection from before")
					.isEqualTo("HTTP/1.1 200");
		}
	}

	private void awaitRefused(int times) {
		await().atMost(SOON).untilAsserted(() -> assertThat(reloads("refused")).isEqualTo(times));
	}

	private double reloads(String outcome) {
		return this.meters.get("billwright.gateway.certificate.reloads").tag("outcome", outcome).counter().count();
	}

	private Certificate shown() throws Exception {
		try (SSLSocket socket = connect()) {
			return shown(socket);
		}
	}

	private static Certificate shown(SSLSocket socket) throws IOException {
		return socket.getSession().getPeerCertificates()[0];
	}

	private SSLSocket connect() throws Exception {
		SSLContext anybody = SSLContext.getInstance("TLS");
		TrustManager[] trust = InsecureTrustManagerFactory.INSTANCE.getTrustManagers();
		assertThat(trust[0]).isInstanceOf(X509ExtendedTrustManager.class);
		anybody.init(null, trust, null);
		SSLSocket socket = (SSLSocket) anybody.getSocketFactory().createSocket("localhost", this.port);
		socket.setSoTimeout(10_000);
		socket.startHandshake();
		return socket;
	}

	private static X509Bundle expired() throws Exception {
		return new CertificateBuilder().subject("CN=expired")
				.ecp256()
				.notBefore(Instant.now().minus(Duration.ofDays(2)))
				.notAfter(Instant.now().minus(Duration.ofDays(1)))
				.setIsCertificateAuthority(true)
				.buildSelfSigned();
	}

	private static void write(String certificate, String key) throws IOException {
		Files.writeString(directory.resolve("tls.crt"), certificate);
		Files.writeString(directory.resolve("tls.key"), key);
	}

}
