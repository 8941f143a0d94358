package io.billwright.gateway.cache;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/// How much is kept of the answers of services whose routes say `cache: true`, and for how long.
///
/// @param size of everything that is kept by this instance
/// @param body the largest body that is kept
/// @param lifetime how long anything is kept, whatever its service says, stale time included
/// @param patience how long a request waits for another one that asks the same; then it asks itself
/// @param waiters how many requests wait for another one; more ask themselves
/// @param background how many stale answers are being asked for anew while they are given out
/// @param unstorable for how long requests for what could not be kept do not wait for one another
/// @param purges how many purged tags are remembered; what was kept before the last one that is not is forgotten
@ConfigurationProperties("billwright.gateway.cache")
record CacheSettings(@DefaultValue("64MB") DataSize size, @DefaultValue("1MB") DataSize body,
		@DefaultValue("1h") Duration lifetime, @DefaultValue("5s") Duration patience, @DefaultValue("1000") int waiters,
		@DefaultValue("64") int background, @DefaultValue("10s") Duration unstorable,
		@DefaultValue("100000") int purges) {

	CacheSettings {
		Assert.isTrue(body.toBytes() > 0 && size.compareTo(body) >= 0,
				"billwright.gateway.cache.size: must hold at least one body of the largest size");
		Assert.isTrue(waiters >= 0 && background >= 0 && purges > 0,
				"billwright.gateway.cache: waiters and background must not be negative, purges must be positive");
	}

}
