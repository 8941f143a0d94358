package io.billwright.analytics.alert;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/// Limits of alerts.
///
/// @param limit active alerts of one organization, in each mode (default 100)
/// @param interval how often each shard is asked whose figures have changed (default 1 s)
/// @param batch customers that are taken up at once (default 100)
/// @param concurrency of these, how many are looked at at the same time for each shard (default 4)
/// @param lease after which another instance takes them up that are not done (default 30 s)
@ConfigurationProperties("billwright.usage.alerts")
record AlertSettings(@DefaultValue("100") int limit, @DefaultValue("1s") Duration interval,
		@DefaultValue("100") int batch, @DefaultValue("4") int concurrency, @DefaultValue("30s") Duration lease) {

	AlertSettings {
		Assert.isTrue(limit > 0, "billwright.usage.alerts.limit must be positive");
		Assert.isTrue(interval.toMillis() > 0, "billwright.usage.alerts.interval must be positive");
		Assert.isTrue(batch > 0, "billwright.usage.alerts.batch must be positive");
		Assert.isTrue(concurrency > 0, "billwright.usage.alerts.concurrency must be positive");
		Assert.isTrue(lease.toMillis() > 0, "billwright.usage.alerts.lease must be positive");
	}

}
