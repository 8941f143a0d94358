package io.billwright.analytics.allowance;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/// Limits of allowances and balances.
///
/// @param limit allowances of one customer of one meter that have not been over for five years (default 500)
/// @param remembered figures that an instance remembers, and as many customers' allowances and organizations' meters (default
/// 50,000)
/// @param staleness how much older than the counting an answer may be (default 1 s)
@ConfigurationProperties("billwright.usage.allowances")
record AllowanceSettings(@DefaultValue("500") int limit, @DefaultValue("50000") int remembered,
		@DefaultValue("1s") Duration staleness) {

	AllowanceSettings {
		Assert.isTrue(limit > 0, "billwright.usage.allowances.limit must be positive");
		Assert.isTrue(remembered > 0, "billwright.usage.allowances.remembered must be positive");
		Assert.isTrue(staleness.toMillis() >= 10, "billwright.usage.allowances.staleness must be at least 10 ms");
	}

}
