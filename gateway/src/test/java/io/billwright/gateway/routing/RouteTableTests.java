package io.billwright.gateway.routing;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import io.billwright.gateway.routing.RoutingSettings.Upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RouteTableTests {

	@Test
	void prefixWhenSeveralFitThenTheLongestOfWholeSegmentsWins() {
		RouteTable routes = table(Map.of("one", upstream("/api/v1/invoices"), "two", upstream("/api/v1/invoices/pdf")));
		assertThat(routes.find("/api/v1/invoices")).isEqualTo("one");
		assertThat(routes.find("/api/v1/invoices/inv_1/lines")).isEqualTo("one");
		assertThat(routes.find("/api/v1/invoices/pdf/inv_1")).isEqualTo("two");
		assertThat(routes.find("/api/v1/invoicesx")).isNull();
		assertThat(routes.find("/")).isNull();
	}

	@Test
	void prefixWhenClaimedTwiceThenTheGatewayDoesNotStart() {
		Upstream upstream = upstream("/api/v1/auth");
		assertThatIllegalArgumentException()
				.isThrownBy(() -> table(new TreeMap<>(Map.of("one", upstream, "two", upstream))))
				.withMessage("billwright.gateway.routes: 'one' and 'two' both claim the prefix /api/v1/auth");
	}

	@Test
	void addressWhenItIsMoreOrLessThanSchemeHostAndPortThenIsRefused() {
		for (String url : new String[]{"localhost:8081", "ftp://users", "http://users/api", "http://users?a=b",
			"http:/users"}) {
			assertThatIllegalArgumentException().as(url)
					.isThrownBy(() -> new Upstream(List.of(URI.create(url)), List.of(), null, false))
					.withMessageContaining("is not http or https with a host and nothing else");
		}
		assertThatIllegalArgumentException()
				.isThrownBy(
						() -> new Upstream(List.of(URI.create("http://a"), URI.create("https://b")), List.of(), null,
								false))
				.withMessageContaining("do not mix");
	}

	private static RouteTable table(Map<String, Upstream> routes) {
		return new RouteTable(new RoutingSettings(routes, List.of()), (event) -> {
		});
	}

	private static Upstream upstream(String prefix) {
		return new Upstream(List.of(URI.create("http://localhost:1")), List.of(prefix), null, false);
	}

}
