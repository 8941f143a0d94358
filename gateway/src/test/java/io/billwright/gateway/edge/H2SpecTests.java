package io.billwright.gateway.edge;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.H2Spec;
import io.billwright.gateway.support.TestTls;

import static org.assertj.core.api.Assertions.assertThat;

/// The gateway speaks HTTP/2 at least as well as the server that it stands on.
@GatewayTest(properties = "server.ssl.enabled=true")
@DirtiesContext
class H2SpecTests {

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void certificate(DynamicPropertyRegistry registry) {
		TestTls.register(registry);
	}

	@Test
	@EnabledOnOs(value = {OS.LINUX, OS.MAC}, architectures = "amd64")
	void gatewayWhenAskedByH2specThenFailsNothingThatReactorNettyDoesNotFailItself() throws Exception {
		DisposableServer server = plain();
		// Most of the time it waits for answers that do not come.
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			Future<H2Spec.Result> plain = threads.submit(() -> H2Spec.run(server.port(), "/"));
			H2Spec.Result ours = H2Spec.run(this.port, "/health");
			assertThat(ours.count()).isEqualTo(145);
			assertThat(ours.failed()).isSubsetOf(plain.get().failed());
		}
		finally {
			server.disposeNow();
		}
	}

	private static DisposableServer plain() throws Exception {
		X509Bundle certificate = TestTls.certificate("localhost");
		GenericSslContextSpec<SslContextBuilder> own = Http2SslContextSpec
				.forServer(certificate.getKeyPair().getPrivate(), certificate.getCertificate());
		return HttpServer.create()
				.port(0)
				.protocol(HttpProtocol.H2, HttpProtocol.HTTP11)
				.secure((tls) -> tls.sslContext(own))
				.handle((request, response) -> request.receive().then()
						.thenMany(response.sendString(Mono.just("well"))))
				.bindNow();
	}

}
