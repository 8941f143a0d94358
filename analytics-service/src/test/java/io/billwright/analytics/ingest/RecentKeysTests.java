package io.billwright.analytics.ingest;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.billwright.platform.tenancy.Tenant;

import static org.assertj.core.api.Assertions.assertThat;

class RecentKeysTests {

	private static final Tenant TENANT = new Tenant(UUID.fromString("01935f2a-7b6e-7c3d-8a4f-2f1c0b9e6d58"), true);

	/// Forgetting is harmless, as the store knows; taking a new key for a known one would lose an event.
	@Test
	void keysWhenVeryManyThenSomeAreForgottenAndNoneIsMistaken() {
		RecentKeys keys = new RecentKeys(1_000);
		List<UUID> added = fingerprints("a");
		keys.add(added);
		assertThat(added.stream().filter(keys::contains).count()).isBetween(900L, 1_024L);
		assertThat(keys.contains(added.getLast())).isTrue();
		assertThat(fingerprints("b")).noneMatch(keys::contains);
	}

	@Test
	void keyWhenOfAnotherOrganizationOrModeThenIsAnotherKey() {
		RecentKeys keys = new RecentKeys(16);
		keys.add(List.of(RecentKeys.fingerprint(TENANT, "k")));
		assertThat(keys.contains(RecentKeys.fingerprint(TENANT, "k"))).isTrue();
		assertThat(keys.contains(RecentKeys.fingerprint(new Tenant(TENANT.organization(), false), "k"))).isFalse();
		assertThat(keys.contains(RecentKeys.fingerprint(new Tenant(UUID.randomUUID(), true), "k"))).isFalse();
	}

	private static List<UUID> fingerprints(String prefix) {
		return IntStream.range(0, 10_000).mapToObj((i) -> RecentKeys.fingerprint(TENANT, prefix + i)).toList();
	}

}
