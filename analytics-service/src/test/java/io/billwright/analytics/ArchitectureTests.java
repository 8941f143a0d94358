package io.billwright.analytics;

import org.junit.jupiter.api.Test;

import io.billwright.platform.test.ArchitectureRules;

class ArchitectureTests {

	@Test
	void serviceWhenCheckedThenKeepsTheRules() {
		ArchitectureRules.check("io.billwright.analytics");
	}

}
