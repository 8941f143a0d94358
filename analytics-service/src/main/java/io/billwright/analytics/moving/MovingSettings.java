package io.billwright.analytics.moving;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

import io.billwright.platform.messaging.Backoff;

/// How organizations are moved between shards.
///
/// @param chunk rows copied or deleted in one transaction at the most, default 5,000
/// @param fence how long the source may hold still at the end of a step, default 2 s; what takes longer is broken off and tried
/// again when there is less left
/// @param settling how long, besides `billwright.usage.assignment-age`, an instance may send events to a shard that was left,
/// default 30 s: longer than `billwright.usage.ingest.targets-life` and `.acknowledge-timeout` together, and than clocks differ
/// @param rest how long what was left stays before others take its place, default 2 min; longer than anybody reads
/// @param interval how often an instance looks for moves, default 1 s
/// @param lease how long a driver may be silent before another one goes on, default 30 s
/// @param backoff pauses after a failure, default 100 ms to 10 s
@ConfigurationProperties("billwright.usage.moving")
record MovingSettings(@DefaultValue("5000") int chunk, @DefaultValue("2s") Duration fence,
		@DefaultValue("30s") Duration settling, @DefaultValue("2m") Duration rest,
		@DefaultValue("1s") Duration interval, @DefaultValue("30s") Duration lease, @DefaultValue Backoff backoff) {

	MovingSettings {
		Assert.isTrue(chunk > 0, "billwright.usage.moving.chunk must be positive");
		Assert.isTrue(fence.isPositive() && interval.isPositive() && !settling.isNegative() && !rest.isNegative(),
				"the times of billwright.usage.moving must be positive");
		Assert.isTrue(lease.compareTo(fence.multipliedBy(2)) > 0,
				"billwright.usage.moving.lease must be more than twice the fence");
	}

}
