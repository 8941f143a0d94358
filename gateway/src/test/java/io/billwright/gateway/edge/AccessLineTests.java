package io.billwright.gateway.edge;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class AccessLineTests {

	private static final long END = Instant.parse("2026-11-20T10:00:00.123Z").toEpochMilli();

	@Test
	void entryWhenWrittenThenIsOneLineInTheFieldsOfEveryOther() {
		JsonNode line = line(new AccessEntry(END, "GET", "/api/v1/invoices", 200, Duration.ofMillis(3),
				InetAddress.getLoopbackAddress(),
				"invoice-service", "request-1", "usr_1"));

		assertThat(line.at("/@timestamp").asString()).isEqualTo("2026-11-20T10:00:00.123Z");
		assertThat(line.at("/log/logger").asString()).isEqualTo("access");
		assertThat(line.at("/message").asString()).isEqualTo("GET /api/v1/invoices 200");
		assertThat(line.at("/http/request/method").asString()).isEqualTo("GET");
		assertThat(line.at("/http/response/status_code").asInt()).isEqualTo(200);
		assertThat(line.at("/url/path").asString()).isEqualTo("/api/v1/invoices");
		assertThat(line.at("/event/duration").asLong()).isEqualTo(3_000_000);
		assertThat(line.at("/client/ip").asString()).isEqualTo("127.0.0.1");
		assertThat(line.at("/route").asString()).isEqualTo("invoice-service");
		assertThat(line.at("/request_id").asString()).isEqualTo("request-1");
		assertThat(line.at("/user/id").asString()).isEqualTo("usr_1");
		assertThat(line.at("/service/name").asString()).isEqualTo("gateway");
	}

	@Test
	void entryWhenTheClientTriesToForgeALineThenItIsStillOne() {
		String path = "/\"},\"a\":1}\n{\\\r\u0001ü";

		JsonNode line = line(new AccessEntry(END, "GE\"T", path, 400, Duration.ZERO, null, "none", null, null));

		assertThat(line.at("/url/path").asString()).isEqualTo(path);
		assertThat(line.at("/http/request/method").asString()).isEqualTo("GE\"T");
		assertThat(line.has("request_id") || line.has("user") || line.has("a")).isFalse();
	}

	private static JsonNode line(AccessEntry entry) {
		StringBuilder json = new StringBuilder();
		new AccessLine().append(json, entry);
		String line = json.toString();
		assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
		return new JsonMapper().readTree(line);
	}

}
