package io.billwright.platform.caching;

import java.time.Duration;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/// Limits of one cache.
///
/// @param maxEntries entries in this process at most (default 10,000)
/// @param ttl how long an entry lives in this process (default 30 s)
/// @param redisTtl how long it lives in Redis (default 10 min); the longest that anything can be stale
/// @param absence whether "there is none" is remembered too (default no)
record CacheSettings(@DefaultValue("10000") int maxEntries, @DefaultValue("30s") Duration ttl,
		@DefaultValue("10m") Duration redisTtl, @DefaultValue("false") boolean absence) {

	static final CacheSettings DEFAULT = new CacheSettings(10_000, Duration.ofSeconds(30), Duration.ofMinutes(10),
			false);

	CacheSettings {
		Assert.isTrue(maxEntries > 0, "billwright.caching.caches.<name>.max-entries must be positive");
		Assert.isTrue(ttl.isPositive(), "billwright.caching.caches.<name>.ttl must be positive");
		Assert.isTrue(redisTtl.compareTo(ttl) >= 0, "billwright.caching.caches.<name>.redis-ttl must not be below ttl");
	}

}
