package io.billwright.platform.caching;

import java.time.Duration;
import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/// Limits that all caches of a process share.
///
/// @param redisTimeout how long Redis may take for one command (default 50 ms); then it is done without
/// @param loadTimeout how long a loader may take (default 10 s)
/// @param heartbeat how often the link to the other instances is tested (default 1 s); three silent ones, and it counts
///        as interrupted
/// @param ttlWhileAlone how long an entry lives in this process while the link is interrupted (default 1 s)
/// @param warmInterval how often hot keys are noted and fetched from Redis (default 1 min)
/// @param warmKeys hot keys of one cache that are noted at most (default 200)
/// @param owedEvictions evictions that may wait for Redis to come back (default 10,000)
/// @param caches single caches by name; the others have the defaults
@ConfigurationProperties("billwright.caching")
record CachingSettings(@DefaultValue("50ms") Duration redisTimeout, @DefaultValue("10s") Duration loadTimeout,
		@DefaultValue("1s") Duration heartbeat, @DefaultValue("1s") Duration ttlWhileAlone,
		@DefaultValue("1m") Duration warmInterval, @DefaultValue("200") int warmKeys,
		@DefaultValue("10000") int owedEvictions, @DefaultValue Map<String, CacheSettings> caches) {

	/// Outlives every load that was under way at the eviction, so that none of them can write what it has read.
	Duration tombstoneTtl() {
		return this.loadTimeout.plus(this.redisTimeout.multipliedBy(2)).multipliedBy(2);
	}

	CachingSettings {
		Assert.isTrue(redisTimeout.isPositive(), "billwright.caching.redis-timeout must be positive");
		Assert.isTrue(loadTimeout.isPositive(), "billwright.caching.load-timeout must be positive");
		Assert.isTrue(heartbeat.isPositive(), "billwright.caching.heartbeat must be positive");
	}

	CacheSettings of(String name) {
		return this.caches.getOrDefault(name, CacheSettings.DEFAULT);
	}

}
