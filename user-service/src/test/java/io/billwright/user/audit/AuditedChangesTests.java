package io.billwright.user.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

import io.billwright.user.AccountsSpec;

import static org.assertj.core.api.Assertions.assertThat;

class AuditedChangesTests extends AccountsSpec {

	private static final Path PAGE = Path.of("README.md");

	@Test
	void changeWhenMadeThenIsInTheTrailWithWhoMadeItAndInTheReadme() throws IOException {
		Person owner = owner();
		Person guest = join(owner, "billing");
		String invitation = id(invite(owner, stranger(), "billing"));
		String key = id(call(owner, HttpMethod.POST, "/api/v1/api-keys",
				Map.of("name", "ci", "mode", "test", "scopes", List.of("search:read"))));
		String successor = id(call(owner, HttpMethod.POST, "/api/v1/api-keys/" + key + "/rotate", Map.of()));
		call(owner, HttpMethod.DELETE, "/api/v1/api-keys/" + successor, Map.of());
		call(owner, HttpMethod.DELETE, "/api/v1/invitations/" + invitation, Map.of());
		call(owner, HttpMethod.PATCH, "/api/v1/organizations/me", Map.of("name", "Acme 2"));
		call(owner, HttpMethod.POST, "/api/v1/organizations/me/exports", Map.of());
		call(owner, HttpMethod.PATCH, "/api/v1/members/" + guest.id(), Map.of("role", "developer"));
		call(guest, HttpMethod.PATCH, "/api/v1/users/me", Map.of("name", "Gustav G."));
		call(guest, HttpMethod.POST, "/api/v1/auth/password/change",
				Map.of("current_password", PASSWORD, "new_password", "seven gentle otters 4 lanterns"));
		call(owner, HttpMethod.DELETE, "/api/v1/members/" + guest.id(), Map.of());
		assertThat(trail(owner)).containsExactly("organization.created " + owner.id(),
				"user.email_verified " + owner.id(), "token_family.created " + owner.id(),
				"invitation.created " + owner.id(), "member.joined " + guest.id(), "token_family.created " + guest.id(),
				"invitation.created " + owner.id(), "api_key.created " + owner.id(), "api_key.rotated " + owner.id(),
				"api_key.revoked " + owner.id(), "invitation.revoked " + owner.id(),
				"organization.updated " + owner.id(),
				"export.ordered " + owner.id(), "member.role_changed " + owner.id(), "user.updated " + guest.id(),
				"user.password_changed " + guest.id(), "member.removed " + owner.id());
		String page = Files.readString(PAGE);
		assertThat(trail(owner).map((entry) -> "`" + entry.split(" ")[0] + "`")).allMatch(page::contains);
	}

	/// Action and actor of each entry, the oldest first.
	private Stream<String> trail(Person person) {
		JsonNode page = person.on(this.client)
				.get()
				.uri("/api/v1/audit-log?limit=100")
				.exchange()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody();
		return page.path("data")
				.valueStream()
				.map((entry) -> entry.path("action").asString() + " " + entry.path("actor").asString())
				.toList()
				.reversed()
				.stream();
	}

	private WebTestClient.ResponseSpec call(Person person, HttpMethod method, String path, Map<String, ?> body) {
		WebTestClient.RequestBodySpec request = person.on(this.client).method(method).uri(path);
		WebTestClient.ResponseSpec answer = (body.isEmpty() ? request : request.bodyValue(body)).exchange();
		answer.expectStatus().is2xxSuccessful();
		return answer;
	}

	private static String id(WebTestClient.ResponseSpec answer) {
		JsonNode body = answer.expectBody(JsonNode.class).returnResult().getResponseBody();
		return body.path("id").asString();
	}

}
