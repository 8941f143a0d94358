package io.billwright.system;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/// Every operation of the public API, as `/api/v1/openapi.json` describes it.
final class Operations {

	/// Where the platform has to start first, that is not to be taken from the time of the description.
	private static final Api ANYBODY = Platform.anonymous();

	/// @param isPublic whether it is described as needing no credential
	record Operation(String method, String path, boolean isPublic) {

		/// Its path, with an id in the place of each variable.
		String at(String id) {
			return this.path.replaceAll("\\{[^}]+}", id);
		}

		boolean isOfOneResource() {
			return this.path.contains("{");
		}

		@Override
		public String toString() {
			return this.method + " " + this.path;
		}

	}

	private Operations() {
	}

	static List<Operation> all() {
		List<Operation> all = new ArrayList<>();
		JsonNode paths = Eventually.within(Duration.ofMinutes(2), Operations::complete).json().path("paths");
		paths.properties()
				.forEach((path) -> path.getValue()
						.properties()
						.forEach((operation) -> all.add(new Operation(operation.getKey().toUpperCase(Locale.ROOT),
								path.getKey(), isPublic(operation.getValue())))));
		return all;
	}

	/// One that lacks a service which has just started is not to be cached.
	private static Answer complete() {
		Answer answer = ANYBODY.get("/api/v1/openapi.json").expect(200);
		assertThat(answer.header("Cache-Control")).isNotEqualTo("no-store");
		return answer;
	}

	private static boolean isPublic(JsonNode operation) {
		return operation.path("security").isArray() && operation.path("security").isEmpty();
	}

}
