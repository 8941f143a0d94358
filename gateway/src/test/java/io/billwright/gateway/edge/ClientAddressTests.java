package io.billwright.gateway.edge;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class ClientAddressTests {

	private final ClientAddress clients = trusting("10.0.0.0/8", "2001:db8:ffff::1");

	@Test
	void peerWhenItIsNoTrustedProxyThenIsNotBelieved() {
		MockServerHttpRequest.BaseBuilder<?> request = from("203.0.113.7").header("X-Forwarded-For", "6.6.6.6")
				.header("X-Forwarded-Proto", "https");
		assertThat(this.clients.of(request.build()).getHostAddress()).isEqualTo("203.0.113.7");
		assertThat(this.clients.scheme(request.build())).isEqualTo("http");
	}

	@Test
	void chainWhenOfTrustedProxiesThenTheLastOtherIsTheClient() {
		assertThat(this.clients.of(from("10.1.2.3").header("X-Forwarded-For", "6.6.6.6, 203.0.113.7, 10.9.9.9").build())
				.getHostAddress()).isEqualTo("203.0.113.7");
		assertThat(this.clients
				.of(from("10.1.2.3").header("X-Forwarded-For", "203.0.113.7").header("X-Forwarded-For", "10.4.4.4")
						.build())
				.getHostAddress()).isEqualTo("203.0.113.7");
		assertThat(this.clients.scheme(from("10.1.2.3").header("X-Forwarded-Proto", "https").build()))
				.isEqualTo("https");
	}

	@Test
	void chainWhenItHoldsNoAddressThenTheProxyCounts() {
		assertThat(this.clients.of(from("10.1.2.3").header("X-Forwarded-For", "evil.example").build())
				.getHostAddress()).isEqualTo("10.1.2.3");
	}

	@Test
	void limitKeyWhenOfIpv6ThenIsTheNetworks() {
		String key = this.clients.limitKey(from("2001:db8:1:2:3:4:5:6").build());
		assertThat(key).isEqualTo("20010db800010002")
				.isEqualTo(this.clients.limitKey(from("2001:db8:1:2:ffff::1").build()))
				.isNotEqualTo(this.clients.limitKey(from("2001:db8:1:3::1").build()));
		assertThat(this.clients.limitKey(from("203.0.113.7").build())).isEqualTo("203.0.113.7");
	}

	@Test
	void proxyWhenItIsNoAddressThenTheGatewayDoesNotStart() {
		assertThatIllegalStateException().isThrownBy(() -> trusting("proxy.example"))
				.withMessageContaining("billwright.gateway.edge.trusted-proxies: 'proxy.example'");
	}

	private static MockServerHttpRequest.BaseBuilder<?> from(String address) {
		return MockServerHttpRequest.get("/").remoteAddress(new InetSocketAddress(address, 40_000));
	}

	private static ClientAddress trusting(String... proxies) {
		return new ClientAddress(new EdgeSettings(List.of(proxies), DataSize.ofMegabytes(1), Map.of(),
				Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1, new EdgeSettings.Http2(1, 1, Duration.ofSeconds(1)),
				1, 1,
				new EdgeSettings.Plain(false, 0)));
	}

}
