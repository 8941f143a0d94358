package io.billwright.violation.first;

import io.billwright.violation.second.Second;

public class First {

	Second other() {
		return new Second();
	}

}
