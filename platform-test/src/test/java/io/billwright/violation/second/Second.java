package io.billwright.violation.second;

import io.billwright.violation.first.First;

public class Second {

	First other() {
		return new First();
	}

}
