package io.billwright.user.audit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.billwright.platform.ids.OrganizationId;
import io.billwright.user.AccountsSpec;

import static org.assertj.core.api.Assertions.assertThat;

class AuditLogTests extends AccountsSpec {

	@LocalManagementPort
	private int managementPort;

	@Value("${spring.flyway.url}")
	private String databaseUrl;

	@Value("${spring.flyway.user}")
	private String databaseOwner;

	@Value("${spring.flyway.password}")
	private String databasePassword;

	@Test
	void trailWhenNobodyTouchedItThenIsValid() {
		Person owner = owner();
		owner.on(this.client)
				.get()
				.uri("/api/v1/audit-log/verification")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.valid")
				.isEqualTo(true)
				.jsonPath("$.entries")
				.isEqualTo(3)
				.jsonPath("$.first_invalid")
				.isEmpty();
	}

	@Test
	void trailWhenListedThenTellsWhoFromWhereInPages() {
		Person owner = owner();
		owner.on(this.client)
				.patch()
				.uri("/api/v1/organizations/me")
				.header("X-Forwarded-For", "10.0.0.1, 192.0.2.7")
				.header("User-Agent", "curl/8")
				.header("X-Request-Id", "req-0123456789abcdef")
				.bodyValue(Map.of("name", "Acme 2"))
				.exchange()
				.expectStatus()
				.isOk();
		Map<?, ?> page = owner.on(this.client)
				.get()
				.uri("/api/v1/audit-log?limit=1")
				.exchange()
				.expectBody(Map.class)
				.returnResult()
				.getResponseBody();
		Map<?, ?> entry = (Map<?, ?>) ((List<?>) page.get("data")).getFirst();
		assertThat(entry.get("action")).isEqualTo("organization.updated");
		assertThat(entry.get("actor")).isEqualTo(owner.id());
		assertThat(entry.get("actor_kind")).isEqualTo("user");
		assertThat(entry.get("ip")).isEqualTo("192.0.2.7");
		assertThat(entry.get("user_agent")).isEqualTo("curl/8");
		assertThat(entry.get("request_id")).isEqualTo("req-0123456789abcdef");
		owner.on(this.client)
				.get()
				.uri("/api/v1/audit-log?limit=1&cursor=" + page.get("next_cursor"))
				.exchange()
				.expectBody()
				.jsonPath("$.data[0].sequence")
				.isEqualTo(((Number) entry.get("sequence")).intValue() - 1);
		owner.on(this.client)
				.get()
				.uri("/api/v1/audit-log?limit=0&occurred_from=soon&actor=\0")
				.exchange()
				.expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.errors[*].field")
				.isEqualTo(List.of("limit", "actor", "occurred_from"));
		owner.on(this.client)
				.get()
				.uri("/api/v1/audit-log?action=organization.created&actor={actor}&occurred_from=2020-01-01T00:00:00Z"
						+ "&occurred_to=2100-01-01T00:00:00Z&resource={resource}", owner.id(), owner.organization())
				.exchange()
				.expectBody()
				.jsonPath("$.data.length()")
				.isEqualTo(1);
	}

	@Test
	void entryWhenTheApplicationTriesToChangeItThenTheDatabaseRefuses() {
		Person owner = owner();
		for (String statement : List.of("UPDATE audit_entries SET actor = 'usr_other'", "DELETE FROM audit_entries")) {
			as(owner, this.database.sql(statement).fetch().rowsUpdated()).as(StepVerifier::create)
					.expectErrorMatches((error) -> error.getMessage().contains("permission denied")
							|| String.valueOf(error.getCause()).contains("permission denied"))
					.verify(PATIENCE);
		}
	}

	@Test
	void trailWhenItsEndIsCutOffOrAnOriginIsForgedThenTheVerificationShowsWhere() {
		Person owner = owner();
		as(owner,
				this.database.sql("UPDATE audit_origins SET ip = '198.51.100.1' WHERE sequence = 2").fetch()
						.rowsUpdated())
				.as(StepVerifier::create)
				.expectNext(1L)
				.expectComplete()
				.verify(PATIENCE);
		invalidAt(owner, 2);
		Person other = owner();
		as(other, this.database.sql("UPDATE audit_heads SET sequence = sequence + 1").fetch().rowsUpdated())
				.as(StepVerifier::create)
				.expectNext(1L)
				.expectComplete()
				.verify(PATIENCE);
		invalidAt(other, 4);
	}

	@Test
	void trailWhenTheTablesOwnerChangesAnEntryThenTheVerificationShowsWhere() throws SQLException {
		Person untouched = owner();
		Person owner = owner();
		try (Connection connection = DriverManager.getConnection(this.databaseUrl, this.databaseOwner,
				this.databasePassword); Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("SELECT set_config('app.organization_id', '%s', true)"
					.formatted(OrganizationId.parse(owner.organization()).value()));
			statement.execute("ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_are_final");
			assertThat(statement.executeUpdate("UPDATE audit_entries SET actor = 'usr_other' WHERE sequence = 2"))
					.isEqualTo(1);
			statement.execute("ALTER TABLE audit_entries ENABLE TRIGGER audit_entries_are_final");
			connection.commit();
		}
		invalidAt(owner, 2);
		JsonNode report = WebTestClient.bindToServer()
				.baseUrl("http://localhost:" + this.managementPort)
				.responseTimeout(Duration.ofMinutes(1))
				.build()
				.get()
				.uri("/actuator/audittrails")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody();
		assertThat(report.path("valid").asBoolean()).isFalse();
		assertThat(report.path("broken").valueStream().map(JsonNode::toString))
				.contains("{\"organization\":\"%s\",\"first_invalid\":2}".formatted(owner.organization()))
				.noneMatch((broken) -> broken.contains(untouched.organization()));
		assertThat(report.path("organizations").asInt()).isGreaterThanOrEqualTo(2);
	}

	@Test
	void trailWhenItGrowsDuringTheVerificationThenIsNotTakenForBroken() {
		Person owner = owner();
		List<Boolean> valid = atOnce(List.of(() -> {
			IntStream.range(0, 30).forEach((i) -> rename(owner, "Acme " + i));
			return true;
		}, () -> IntStream.range(0, 60).allMatch((i) -> verify(owner).path("valid").asBoolean())));
		assertThat(valid).containsExactly(true, true);
		assertThat(verify(owner).path("entries").asInt()).isEqualTo(33);
	}

	/// As the README tells it to whoever does not trust us.
	@Test
	void trailWhenItsEntriesAreReadThenTheirReaderRecomputesTheChain() throws NoSuchAlgorithmException {
		Person owner = owner();
		rename(owner, "Ac\"me\" \u20ac");
		String previous = "0".repeat(64);
		for (JsonNode entry : get(owner, "/api/v1/audit-log").path("data").valueStream().toList().reversed()) {
			ObjectNode sealed = (ObjectNode) entry.deepCopy();
			sealed.put("organization_id", owner.organization());
			sealed.remove(List.of("sha256", "ip", "user_agent"));
			MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
			sha256.update(HexFormat.of().parseHex(previous));
			previous = HexFormat.of().formatHex(sha256.digest(canonical(sealed)));
			assertThat(entry.path("sha256").asString()).isEqualTo(previous);
		}
		assertThat(verify(owner).path("head_sha256").asString()).isEqualTo(previous);
	}

	/// RFC 8785 for objects of strings and small integers.
	private static byte[] canonical(ObjectNode node) {
		return JsonMapper.builder()
				.enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
				.build()
				.writeValueAsBytes(JsonMapper.shared().convertValue(node, TreeMap.class));
	}

	private void rename(Person person, String name) {
		person.on(this.client)
				.patch()
				.uri("/api/v1/organizations/me")
				.bodyValue(Map.of("name", name))
				.exchange()
				.expectStatus()
				.isOk();
	}

	private JsonNode verify(Person person) {
		return get(person, "/api/v1/audit-log/verification");
	}

	@Test
	void trailWhenOriginsAreForgottenThenStillHolds() {
		Person owner = owner();
		as(owner,
				this.database.sql("DELETE FROM audit_origins WHERE organization_id = app_organization()").fetch()
						.rowsUpdated())
				.as(StepVerifier::create)
				.expectNext(3L)
				.expectComplete()
				.verify(PATIENCE);
		assertThat(isTrailValid(owner)).isTrue();
	}

	@Test
	void trailWhenAnotherOrganizationsThenIsNotSeen() {
		Person owner = owner();
		owner().on(this.client)
				.get()
				.uri("/api/v1/audit-log?resource=" + owner.organization())
				.exchange()
				.expectBody()
				.jsonPath("$.data")
				.isEmpty();
	}

	private void invalidAt(Person person, int sequence) {
		person.on(this.client)
				.get()
				.uri("/api/v1/audit-log/verification")
				.exchange()
				.expectBody()
				.jsonPath("$.valid")
				.isEqualTo(false)
				.jsonPath("$.first_invalid")
				.isEqualTo(sequence);
	}

}
