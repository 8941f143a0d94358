package io.billwright.gateway;

import org.junit.jupiter.api.Test;

import io.billwright.platform.test.ArchitectureRules;

class ArchitectureTests {

	@Test
	void gatewayWhenChangedThenKeepsTheHouseRules() {
		ArchitectureRules.check("io.billwright.gateway");
	}

}
