package io.billwright.gateway.overload;

import java.time.Duration;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/// How many requests a service is given at the same time.
///
/// @param enabled whether it is limited at all
/// @param initial the limit of a service of which nothing is known, and of one at rest
/// @param min below which the limit never falls
/// @param max above which it never rises
/// @param unnoticed a mean answer time that is never too long, however much faster the service is without load
/// @param tolerance how many times its unloaded answer time a service may take before it gets less
/// @param first path prefixes of which requests are refused first
/// @param last path prefixes of which requests are refused last
@ConfigurationProperties(OverloadSettings.PREFIX)
public record OverloadSettings(@DefaultValue("true") boolean enabled, @DefaultValue("100") int initial,
		@DefaultValue("5") int min, @DefaultValue("1000") int max, @DefaultValue("10ms") Duration unnoticed,
		@DefaultValue("1.5") double tolerance, @DefaultValue List<String> first, @DefaultValue List<String> last) {

	static final String PREFIX = "billwright.gateway.overload";

	public OverloadSettings {
		Assert.isTrue(min >= 1 && min <= initial && initial <= max, "min, initial, max: 1 <= min <= initial <= max");
		Assert.isTrue(tolerance >= 1, "tolerance: must be at least 1");
	}

	/// As a configuration has them.
	public static OverloadSettings of(Binder configuration) {
		return configuration.bindOrCreate(PREFIX, OverloadSettings.class);
	}

}
