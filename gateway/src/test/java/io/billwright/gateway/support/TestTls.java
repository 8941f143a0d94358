package io.billwright.gateway.support;

import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.jspecify.annotations.Nullable;
import org.springframework.test.context.DynamicPropertyRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/// The gateway's certificate in tests, and clients that trust it.
public final class TestTls {

	private static final X509Bundle SERVER = certificate("localhost");

	private TestTls() {
	}

	/// Makes a gateway with `server.ssl.enabled=true` use the certificate.
	public static void register(DynamicPropertyRegistry registry) {
		registry.add("server.ssl.certificate", () -> file(SERVER.getCertificatePathPEM()));
		registry.add("server.ssl.certificate-private-key", () -> file(SERVER.getPrivateKeyPEM()));
	}

	/// A certificate of this machine, signed by nobody else.
	public static X509Bundle certificate(String commonName) {
		try {
			return new CertificateBuilder().subject("CN=" + commonName)
					.ecp256()
					.addSanDnsName("localhost")
					.addSanIpAddress("127.0.0.1")
					.setIsCertificateAuthority(true)
					.buildSelfSigned();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/// What a client needs who trusts the gateway.
	public static SSLContext context() {
		return context(SERVER, null);
	}

	/// What a client needs who trusts the gateway and has a certificate of its own.
	public static SSLContext contextWith(X509Bundle own) {
		return context(SERVER, own);
	}

	/// What a client needs.
	///
	/// @param own its certificate, if it has one
	public static SSLContext context(X509Bundle trusted, @Nullable X509Bundle own) {
		try {
			SSLContext context = SSLContext.getInstance("TLS");
			context.init((own != null) ? own.toKeyManagerFactory().getKeyManagers() : null,
					new TrustManager[]{trusted.toTrustManager()}, null);
			return context;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/// A connection on which the protocol has been agreed on.
	public static SSLSocket connect(int port, String protocol) throws IOException {
		SSLSocket socket = (SSLSocket) context().getSocketFactory().createSocket("localhost", port);
		SSLParameters parameters = socket.getSSLParameters();
		parameters.setApplicationProtocols(new String[]{protocol});
		socket.setSSLParameters(parameters);
		socket.startHandshake();
		assertThat(socket.getApplicationProtocol()).isEqualTo(protocol);
		return socket;
	}

	/// The path of a file with the text.
	public static String file(String pem) {
		try {
			return Files.writeString(Files.createTempFile("gateway-tls-", ".pem"), pem).toString();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
