package io.billwright.gateway.tls;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.Test;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.server.Ssl;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.TestTls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@GatewayTest(properties = {"server.ssl.enabled=true", "server.ssl.client-auth=want",
	"billwright.gateway.tls.certificate-paths=/api/v1/usage/**"})
@DirtiesContext
class ClientCertificatesTests {

	private static final X509Bundle AUTHORITY = TestTls.certificate("authority");

	private static final String ORDINARY = "/api/v1/invoices/certified";

	private static final String PARTNERS = "/api/v1/usage/certified";

	private final String key = Platform.apiKey("live", "org_acme", "");

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void certificates(DynamicPropertyRegistry registry) {
		TestTls.register(registry);
		registry.add("server.ssl.trust-certificate", () -> TestTls.file(AUTHORITY.getCertificatePEM()));
	}

	@Test
	void callerWhenItHasNoCertificateThenIsServedWhereNoneIsNeeded() throws Exception {
		assertThat(get(TestTls.context(), ORDINARY, this.key).statusCode()).isEqualTo(200);
	}

	@Test
	void callerWhenItHasNoCertificateThenIsRefusedWhereOneIsNeeded() throws Exception {
		HttpResponse<String> answer = get(TestTls.context(), PARTNERS, this.key);
		assertThat(answer.statusCode()).isEqualTo(403);
		assertThat(answer.body()).contains("\"code\":\"client_certificate_required\"");
		assertThat(Platform.ANALYTICS.received(PARTNERS)).isEmpty();
	}

	@Test
	void callerWhenTheCertificateIsItsOrganizationsThenIsServed() throws Exception {
		SSLContext ours = TestTls.contextWith(issue("CN=org_acme", AUTHORITY, Duration.ofDays(1)));
		assertThat(get(ours, ORDINARY, this.key).statusCode()).isEqualTo(200);
		assertThat(get(ours, "/api/v1/usage/ours", this.key).statusCode()).isEqualTo(200);
	}

	@Test
	void callerWhenTheCertificateIsAnotherOrganizationsThenTheCredentialIsOfNoUse() throws Exception {
		for (String name : new String[]{"CN=org_other", "CN=org_acme.evil", "O=org_acme", "CN=org_acme\\,x,O=a"}) {
			SSLContext theirs = TestTls.contextWith(issue(name, AUTHORITY, Duration.ofDays(1)));
			HttpResponse<String> answer = get(theirs, ORDINARY + "/theirs", this.key);
			assertThat(answer.statusCode()).as(name).isEqualTo(403);
			assertThat(answer.body()).contains("\"code\":\"client_certificate_mismatch\"");
		}
		assertThat(Platform.INVOICES.received(ORDINARY + "/theirs")).isEmpty();
	}

	@Test
	void certificateWhenNobodyWeKnowVouchesForItThenThereIsNoConnection() throws Exception {
		assertNoConnection(issue("CN=org_acme", TestTls.certificate("authority"), Duration.ofDays(1)));
		assertNoConnection(issue("CN=org_acme", AUTHORITY, Duration.ofHours(-1)));
	}

	@Test
	void authorityWhenNoneIsNamedThenTheGatewayDoesNotStart() {
		Ssl ssl = new Ssl();
		ssl.setCertificate(TestTls.file(AUTHORITY.getCertificatePEM()));
		ssl.setCertificatePrivateKey(TestTls.file(AUTHORITY.getPrivateKeyPEM()));
		ssl.setClientAuth(Ssl.ClientAuth.NEED);
		NettyReactiveWebServerFactory factory = new NettyReactiveWebServerFactory();
		factory.setSsl(ssl);
		DefaultSslBundleRegistry registry = new DefaultSslBundleRegistry();
		CertificateReload reload = new CertificateReload(new TlsSettings(Duration.ofSeconds(10), java.util.List.of()),
				registry, registry, new SimpleMeterRegistry());
		assertThatIllegalStateException().isThrownBy(() -> reload.customize(factory))
				.withMessageContaining("server.ssl.trust-certificate");
	}

	private void assertNoConnection(X509Bundle certificate) {
		assertThatExceptionOfType(IOException.class)
				.isThrownBy(() -> get(TestTls.contextWith(certificate), ORDINARY, this.key));
	}

	private static X509Bundle issue(String name, X509Bundle authority, Duration valid) throws Exception {
		return new CertificateBuilder().subject(name)
				.ecp256()
				.notBefore(Instant.now().minus(Duration.ofDays(1)))
				.notAfter(Instant.now().plus(valid))
				.addExtendedKeyUsageClientAuth()
				.buildIssuedBy(authority);
	}

	private HttpResponse<String> get(SSLContext context, String path, String apiKey) throws Exception {
		try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
			return client.send(HttpRequest.newBuilder(URI.create("https://localhost:" + this.port + path))
					.header("X-API-Key", apiKey)
					.timeout(Duration.ofSeconds(30))
					.build(), HttpResponse.BodyHandlers.ofString());
		}
	}

}
