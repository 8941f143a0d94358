package io.billwright.user.session;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How long a session lives.
///
/// @param idle after which time without a request it ends, default 24 hours
/// @param absolute after which time it ends whatever happens, default 30 days
/// @param perUser how many a user may have at the same time, default 50; one more ends the oldest
@ConfigurationProperties("billwright.users.sessions")
record SessionSettings(@DefaultValue("24h") Duration idle, @DefaultValue("30d") Duration absolute,
		@DefaultValue("50") int perUser) {

	SessionSettings {
		if (idle.isNegative() || idle.isZero() || (absolute.compareTo(idle) < 0) || (perUser < 1)) {
			throw new IllegalArgumentException("billwright.users.sessions: idle must be positive, absolute no shorter "
					+ "than idle and per-user at least 1");
		}
	}

}
