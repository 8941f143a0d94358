package io.billwright.user.audit;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.billwright.platform.ids.OrganizationId;

import static org.assertj.core.api.Assertions.assertThat;

class AuditEntryTests {

	private static final UUID ID = UUID.fromString("0193a5e0-0000-7000-8000-000000000001");

	@Test
	void entryWhenSealedThenItsCanonicalFormHasSortedMembersAndNoSpaces() {
		assertThat(entry("plain").canonicalJson()).isEqualTo("{\"action\":\"member.role_changed\",\"actor\":\"usr_a\","
				+ "\"actor_kind\":\"user\",\"details\":{\"a\":\"plain\",\"b\":\"2\"},"
				+ "\"id\":\"0193a5e0-0000-7000-8000-000000000001\",\"occurred_at\":\"2026-11-20T08:30:00.000001Z\","
				+ "\"organization_id\":\"" + new OrganizationId(ID).text() + "\",\"origin_sha256\":\"0a\","
				+ "\"request_id\":null,\"resource\":\"usr_b\",\"sequence\":7}");
	}

	@Test
	void textWhenItHasSpecialCharactersThenIsEscapedAsRfc8785Says() {
		assertThat(entry("\u20ac$\u000f\nA'B\"\\\"/").canonicalJson())
				.contains("\"a\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\"/\"");
	}

	@Test
	void sealWhenAnythingDiffersThenIsAnother() {
		String seal = entry("plain").seal(AuditEntry.NOTHING);
		assertThat(seal).hasSize(64).isEqualTo(entry("plain").seal(AuditEntry.NOTHING));
		assertThat(seal).isNotEqualTo(entry("other").seal(AuditEntry.NOTHING));
		assertThat(seal).isNotEqualTo(entry("plain").seal(seal));
	}

	private static AuditEntry entry(String detail) {
		return new AuditEntry(new OrganizationId(ID), 7, ID, Instant.parse("2026-11-20T08:30:00.000001Z"), "user",
				"usr_a",
				new Change("member.role_changed", "usr_b", Map.of("b", "2", "a", detail)), null,
				"0a");
	}

}
