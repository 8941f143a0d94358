package io.billwright.gateway.passport;

import java.util.Locale;

/// The two separate worlds of an organization.
public enum Mode {

	/// Real business.
	LIVE,
	/// Trying things out.
	TEST;

	/// The lower-case name that passports, headers and key prefixes carry.
	public String text() {
		return name().toLowerCase(Locale.ROOT);
	}

}
