package io.billwright.system;

import java.net.http.HttpHeaders;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/// What the platform answered.
record Answer(String request, int status, HttpHeaders headers, String body) {

	private static final JsonMapper MAPPER = new JsonMapper();

	/// The same answer, where it has this status.
	Answer expect(int expected) {
		assertThat(this.status).as(this.request + " answered " + this.body).isEqualTo(expected);
		return this;
	}

	/// Whether the same request may succeed later.
	boolean isTemporary() {
		return switch (this.status) {
			case 429, 502, 503, 504 -> true;
			case 409 -> text("/code").equals("idempotency_key_in_progress");
			default -> false;
		};
	}

	JsonNode json() {
		return MAPPER.readTree(this.body);
	}

	String text(String pointer) {
		return json().at(pointer).asString();
	}

	String header(String name) {
		return this.headers.firstValue(name).orElse("");
	}

}
