package io.billwright.invoice;

import org.junit.jupiter.api.Test;

import io.billwright.platform.test.ArchitectureRules;

class ArchitectureTests {

	@Test
	void serviceThenKeepsTheRulesOfTheHouse() {
		ArchitectureRules.check("io.billwright.invoice");
	}

}
