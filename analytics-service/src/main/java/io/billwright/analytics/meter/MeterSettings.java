package io.billwright.analytics.meter;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/// Limits of meters.
///
/// @param limit active meters of one organization, in each mode (default 100)
@ConfigurationProperties("billwright.meters")
record MeterSettings(@DefaultValue("100") int limit) {

	MeterSettings {
		Assert.isTrue(limit > 0, "billwright.meters.limit must be positive");
	}

}
