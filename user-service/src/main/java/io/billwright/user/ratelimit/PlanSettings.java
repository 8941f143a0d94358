package io.billwright.user.ratelimit;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What organizations may ask that nobody has decided about.
///
/// @param plan which they are on, default `free`; what it allows, the gateway's configuration and rate limits say
@ConfigurationProperties("billwright.users")
record PlanSettings(@DefaultValue("free") String plan) {

	static final String FORM = "[a-z][a-z0-9_-]{0,39}";

	PlanSettings {
		if (!plan.matches(FORM)) {
			throw new IllegalArgumentException("billwright.users.plan must match " + FORM);
		}
	}

}
