package io.billwright.gateway.credential;

import java.net.http.HttpResponse;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;

import static org.assertj.core.api.Assertions.assertThat;

@GatewayTest(properties = "billwright.gateway.limits.address=5/h burst 5")
class PublishableKeyTests {

	private static final String PRICES = "/api/v1/prices";

	private static final String SHOP = "https://shop.example.com";

	private static final int ADDRESS_LIMIT = 5;

	@LocalServerPort
	private int port;

	@Test
	void keyWhenPublishableThenItsPassportNamesItsOrganizationAndItsNarrowScope() {
		String key = key("org_acme", "");
		assertThat(get("X-API-Key", key).statusCode()).isEqualTo(200);
		assertThat(Platform.passport(Platform.INVOICES.last(PRICES))).containsEntry("kind", "api_key")
				.containsEntry("org", "org_acme")
				.containsEntry("mode", "live");
		assertThat(get("Authorization", "Bearer " + key).statusCode()).isEqualTo(200);
	}

	@Test
	void keyWhenMistypedThenIsRefused() {
		String key = key("org_acme", "");
		assertThat(get("X-API-Key", key.replace("pub_live", "pub_test")).statusCode()).isEqualTo(401);
		assertThat(get("X-API-Key", key.replace("pub_", "")).statusCode()).isEqualTo(401);
	}

	@Test
	void keyWhenBoundToOriginsThenPagesOfOthersAndRequestsWithoutAnyAreRefused() {
		String key = key("org_acme", ",\"allowed_origins\":[\"" + SHOP + "\"]");
		assertThat(get("X-API-Key", key, "Origin", SHOP).statusCode()).isEqualTo(200);
		for (HttpResponse<String> answer : List.of(get("X-API-Key", key),
				get("X-API-Key", key, "Origin", "https://thief.example.com"),
				get("X-API-Key", key, "Origin", SHOP + ":8443"), get("X-API-Key", key, "Origin", "null"))) {
			assertThat(answer.statusCode()).isEqualTo(403);
			assertThat(answer.body()).contains("\"code\":\"key_origin_not_allowed\"");
		}
	}

	@Test
	void keyWhenBoundToNoOriginThenIsGoodFromAnywhere() {
		String key = key("org_acme", ",\"allowed_origins\":[]");
		assertThat(get("X-API-Key", key).statusCode()).isEqualTo(200);
		assertThat(get("X-API-Key", key, "Origin", "https://anybody.example.com").statusCode()).isEqualTo(200);
	}

	/// Whoever reads the page has the key, so it must not free anybody from the limit of their address.
	@Test
	void keyWhenKnownThenItsRequestsCountForTheirAddressAllTheSame() {
		String address = Platform.freshAddress();
		String secret = Platform.apiKey("live", "org_acme", "");
		String published = key("org_acme", "");
		for (int i = 0; i < 2 * ADDRESS_LIMIT; i++) {
			assertThat(from(address, secret)).isEqualTo(200);
		}
		for (int i = 0; i < ADDRESS_LIMIT - 1; i++) {
			assertThat(from(address, published)).isEqualTo(200);
		}
		assertThat(from(address, published)).isEqualTo(429);
		assertThat(from(Platform.freshAddress(), published)).isEqualTo(200);
	}

	private int from(String address, String key) {
		return Platform.send(this.port, (request) -> request.uri(Platform.uri(this.port, PRICES))
				.header("X-Forwarded-For", address)
				.header("X-API-Key", key)).statusCode();
	}

	private static String key(String organization, String properties) {
		String key = Platform.invent("pub_live");
		Platform.remember(key, "live", organization, ",\"kind\":\"publishable\"" + properties);
		return key;
	}

	private HttpResponse<String> get(String... headers) {
		return Platform.send(this.port, "GET", PRICES, headers);
	}

}
