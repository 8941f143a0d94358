package io.billwright.user;

import org.junit.jupiter.api.Test;

import io.billwright.platform.test.ArchitectureRules;

class ArchitectureTests {

	@Test
	void serviceWhenCheckedThenKeepsTheRules() {
		ArchitectureRules.check("io.billwright.user");
	}

}
