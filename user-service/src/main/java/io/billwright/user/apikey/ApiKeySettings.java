package io.billwright.user.apikey;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Limits of API keys.
///
/// @param active how many an organization may have that are neither revoked nor expired, default 100
/// @param overlapDefault how long a rotated key stays good where the request does not say, default 1 day
@ConfigurationProperties("billwright.users.api-keys")
record ApiKeySettings(@DefaultValue("100") int active, @DefaultValue("1d") Duration overlapDefault) {

	ApiKeySettings {
		if ((active < 1) || overlapDefault.isNegative()) {
			throw new IllegalArgumentException("billwright.users.api-keys: active must be at least 1 and "
					+ "overlap-default not negative");
		}
	}

}
