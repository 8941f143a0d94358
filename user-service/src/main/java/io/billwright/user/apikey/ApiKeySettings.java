package io.billwright.user.apikey;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Limits of API keys.
///
/// @param active how many an organization may have that are neither revoked nor expired, default 100
/// @param overlapDefault how long a rotated key stays good where the request does not say, default 1 day
/// @param usesPause between two records of when keys were used last, default 10 seconds
/// @param usesNoted how many used keys are noted in that time, default 10000; the use of one more is not recorded
@ConfigurationProperties("billwright.users.api-keys")
record ApiKeySettings(@DefaultValue("100") int active, @DefaultValue("1d") Duration overlapDefault,
		@DefaultValue("10s") Duration usesPause, @DefaultValue("10000") int usesNoted) {

	ApiKeySettings {
		if ((active < 1) || overlapDefault.isNegative() || !usesPause.isPositive() || (usesNoted < 1)) {
			throw new IllegalArgumentException("billwright.users.api-keys: active and uses-noted must be at least 1, "
					+ "uses-pause positive and overlap-default not negative");
		}
	}

}
