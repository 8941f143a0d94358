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
