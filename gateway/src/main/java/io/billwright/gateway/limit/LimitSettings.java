package io.billwright.gateway.limit;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.http.HttpMethod;

/// How much may be asked.
///
/// @param principal of each user and API key
/// @param address of each client address, for requests that do not yet show a credential known to be valid
/// @param paths further limits per client address for single paths, by name; the first that fits counts
/// @param localKeys for how many callers this process keeps leases, and how many it counts while Redis is away
@ConfigurationProperties("billwright.gateway.limits")
public record LimitSettings(Quota principal, Quota address, @DefaultValue Map<String, PathQuota> paths,
		@DefaultValue("50000") int localKeys) {

	/// So many requests in a window, refilled evenly.
	///
	/// @param requests per window
	/// @param window the time they are spread over
	/// @param burst how many may come at once; as many as the window's when not given
	public record Quota(int requests, Duration window, @Nullable Integer burst) {

		Policy named(String name) {
			return new Policy(name, this.requests, this.window, (this.burst != null) ? this.burst : this.requests);
		}

	}

	/// A quota of its own for one path.
	///
	/// @param path a path pattern
	/// @param method only this method, or every method when not given
	/// @param requests per window
	/// @param window the time they are spread over
	/// @param burst how many may come at once; as many as the window's when not given
	public record PathQuota(String path, @Nullable HttpMethod method, int requests, Duration window,
			@Nullable Integer burst) {

		Policy named(String name) {
			return new Quota(this.requests, this.window, this.burst).named(name);
		}

	}

}
