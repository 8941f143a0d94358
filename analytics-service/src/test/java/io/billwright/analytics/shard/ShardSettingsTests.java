package io.billwright.analytics.shard;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ShardSettingsTests {

	private static final String MAIN = "r2dbc:postgresql://db:5432/analytics_0?sslMode=require";

	@Test
	void addressesWhenNothingIsSetThenAreTheServicesOwnDatabase() {
		assertThat(settings().addresses(MAIN)).containsExactly(MAIN);
	}

	@Test
	void addressesWhenNamesAreSetThenAreOnTheSameServer() {
		assertThat(settings("analytics_0", "analytics_1").addresses(MAIN)).containsExactly(MAIN,
				"r2dbc:postgresql://db:5432/analytics_1?sslMode=require");
		assertThat(settings("analytics_1").jdbcAddresses("jdbc:postgresql://db/analytics_0"))
				.containsExactly("jdbc:postgresql://db/analytics_1");
	}

	@Test
	void addressesWhenAddressesAreSetThenAreThese() {
		ShardSettings settings = settings("analytics_0", "r2dbc:postgresql://other:5433/usage");
		assertThat(settings.addresses(MAIN)).containsExactly(MAIN, "r2dbc:postgresql://other:5433/usage");
		assertThat(settings.jdbcAddresses("jdbc:postgresql://db/analytics_0"))
				.containsExactly("jdbc:postgresql://db/analytics_0", "jdbc:postgresql://other:5433/usage");
	}

	private static ShardSettings settings(String... shards) {
		return new ShardSettings(List.of(shards), 8, Duration.ofSeconds(5), Duration.ofSeconds(60), 10,
				Duration.ofSeconds(60));
	}

}
