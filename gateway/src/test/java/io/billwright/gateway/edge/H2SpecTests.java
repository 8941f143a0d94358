package io.billwright.gateway.edge;

import java.util.LinkedHashSet;
import java.util.Set;
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

	private static final int RUNS = 3;

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void certificate(DynamicPropertyRegistry registry) {
		TestTls.register(registry);
	}

	/// Which of two frames an answer comes before is a race in some cases, for the server that we stand on as well. So what
	/// we fail is ours only if we fail it each time, and it does not once.
	@Test
	@EnabledOnOs(value = {OS.LINUX, OS.MAC}, architectures = "amd64")
	void gatewayWhenAskedByH2specThenFailsNothingThatReactorNettyDoesNotFailItself() throws Exception {
		DisposableServer server = plain();
		Set<H2Spec.Failure> ours = new LinkedHashSet<>();
		Set<H2Spec.Failure> anybodys = new LinkedHashSet<>();
		// Most of the time it waits for answers that do not come.
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			for (int run = 0; run == 0 || run < RUNS && !anybodys.containsAll(ours); run++) {
				Future<H2Spec.Result> plain = threads.submit(() -> H2Spec.run(server.port(), "/"));
				H2Spec.Result result = H2Spec.run(this.port, "/health");
				assertThat(result.count()).isEqualTo(145);
				anybodys.addAll(plain.get().failed());
				if (run == 0) {
					ours.addAll(result.failed());
				}
				ours.retainAll(result.failed());
			}
			assertThat(ours).isSubsetOf(anybodys);
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
