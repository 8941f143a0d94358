package io.billwright.gateway.edge;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import ch.qos.logback.classic.spi.LoggingEvent;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class AccessLineTests {

	@Test
	void entryWhenWrittenThenIsOneLineInTheFieldsOfEveryOther() {
		JsonNode line = line(new AccessEntry("GET", "/api/v1/invoices", 200, Duration.ofMillis(3), "10.0.0.1",
				"invoice-service", "request-1", "usr_1"));

		assertThat(line.at("/@timestamp").asString()).isEqualTo("2026-11-20T10:00:00.123Z");
		assertThat(line.at("/log/logger").asString()).isEqualTo("access");
		assertThat(line.at("/message").asString()).isEqualTo("GET /api/v1/invoices 200");
		assertThat(line.at("/http/request/method").asString()).isEqualTo("GET");
		assertThat(line.at("/http/response/status_code").asInt()).isEqualTo(200);
		assertThat(line.at("/url/path").asString()).isEqualTo("/api/v1/invoices");
		assertThat(line.at("/event/duration").asLong()).isEqualTo(3_000_000);
		assertThat(line.at("/client/ip").asString()).isEqualTo("10.0.0.1");
		assertThat(line.at("/route").asString()).isEqualTo("invoice-service");
		assertThat(line.at("/request_id").asString()).isEqualTo("request-1");
		assertThat(line.at("/user/id").asString()).isEqualTo("usr_1");
		assertThat(line.at("/service/name").asString()).isEqualTo("gateway");
	}

	@Test
	void entryWhenTheClientTriesToForgeALineThenItIsStillOne() {
		String path = "/\"},\"a\":1}\n{\\\r\u0001ü";

		JsonNode line = line(new AccessEntry("GE\"T", path, 400, Duration.ZERO, "10.0.0.1", "none", null, null));

		assertThat(line.at("/url/path").asString()).isEqualTo(path);
		assertThat(line.at("/http/request/method").asString()).isEqualTo("GE\"T");
		assertThat(line.has("request_id") || line.has("user") || line.has("a")).isFalse();
	}

	private static JsonNode line(AccessEntry entry) {
		LoggingEvent event = new LoggingEvent();
		event.setInstant(Instant.parse("2026-11-20T10:00:00.123Z"));
		event.setKeyValuePairs(List.of(new KeyValuePair(AccessRecords.ENTRY, entry)));
		String line = new String(new AccessLine().encode(event), StandardCharsets.UTF_8);
		assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
		return new JsonMapper().readTree(line);
	}

}
