package io.billwright.user;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/// Whatever is wrong with a body is told at once, addresses and passwords too.
class BodiesTests extends AccountsSpec {

	@Test
	void registrationWhenSeveralFieldsAreBadThenAllAreTold() {
		assertThat(problems(anonymous(), "/auth/register", Map.of("organization",
				Map.of("name", "", "country", "XX", "time_zone", "Mars/Olympus", "default_currency", "EUR"), "name",
				" ",
				"email", "nobody", "password", "short"))).containsExactlyInAnyOrder("organization.name required",
						"organization.country country", "organization.time_zone malformed", "name required",
						"email malformed", "password password_length");
	}

	@Test
	void recoveryWhenSeveralFieldsAreBadThenAllAreTold() {
		assertThat(problems(anonymous(), "/auth/password/forgot", Map.of("email", "nobody", "mail", "x")))
				.containsExactlyInAnyOrder("email malformed", "mail unknown_field");
		assertThat(problems(anonymous(), "/auth/password/reset", Map.of("token", "", "password", "short")))
				.containsExactlyInAnyOrder("token required", "password password_length");
		assertThat(problems(owner().on(this.client), "/auth/password/change",
				Map.of("current_password", "", "new_password", "x".repeat(129))))
				.containsExactlyInAnyOrder("current_password required", "new_password password_length");
	}

	@Test
	void invitationWhenSeveralFieldsAreBadThenAllAreTold() {
		assertThat(problems(owner().on(this.client), "/invitations", Map.of("email", "nobody", "role", "king")))
				.containsExactlyInAnyOrder("email malformed", "role malformed");
		assertThat(problems(anonymous(), "/invitations/accept", Map.of("token", "", "name", "", "password", "short")))
				.containsExactlyInAnyOrder("token required", "name size", "password password_length");
	}

	@Test
	void fieldWhenBlankThenOneProblemIsTold() {
		assertThat(problems(anonymous(), "/auth/password/forgot", Map.of("email", " ")))
				.containsExactly("email required");
		assertThat(problems(anonymous(), "/auth/password/reset", Map.of("token", "x", "password", " ")))
				.containsExactly("password required");
	}

	/// Field and code of each.
	private static List<String> problems(WebTestClient client, String path, Map<String, Object> body) {
		Refusal refusal = client.post()
				.uri("/api/v1" + path)
				.bodyValue(body)
				.exchange()
				.expectStatus()
				.isBadRequest()
				.expectBody(Refusal.class)
				.returnResult()
				.getResponseBody();
		return refusal.errors().stream().map((error) -> error.field() + " " + error.code()).toList();
	}

	record Refusal(List<Problem> errors) {}

	record Problem(String field, String code) {}

}
