package io.billwright.gateway.routing;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/// Where requests go.
///
/// @param routes service name to its addresses and the path prefixes it serves
/// @param publicPaths path patterns that need no credential; without a usable one the caller is anonymous there
@ConfigurationProperties(RoutingSettings.PREFIX)
public record RoutingSettings(Map<String, Upstream> routes, @DefaultValue List<String> publicPaths) {

	static final String PREFIX = "billwright.gateway";

	/// One service.
	///
	/// @param url scheme, host and port; several where it has several addresses. Each address of a host is an instance
	/// @param prefixes whole path segments, for example `/api/v1/invoices`
	/// @param canary a new version that gets a part of the requests; none by default
	/// @param cache whether answers are kept that it allows to be kept
	public record Upstream(List<URI> url, @DefaultValue List<String> prefixes, @Nullable Canary canary,
			@DefaultValue("false") boolean cache) {

		public Upstream {
			check(url);
		}

	}

	/// A new version of a service.
	///
	/// @param url as of the service
	/// @param weight percentage of the callers who get it
	/// @param header in which a client asks for the new version (`true`) or the old one (`false`)
	public record Canary(List<URI> url, @DefaultValue("5") int weight, @DefaultValue("X-Canary") String header) {

		public Canary {
			check(url);
			Assert.isTrue(weight >= 0 && weight <= 100, "weight: must be between 0 and 100");
		}

	}

	/// As a configuration has them.
	public static RoutingSettings of(Binder configuration) {
		return configuration.bindOrCreate(PREFIX, RoutingSettings.class);
	}

	private static void check(List<URI> urls) {
		Assert.notEmpty(urls, "url: at least one is needed");
		for (URI url : urls) {
			boolean usable = url.getHost() != null && url.getRawQuery() == null
					&& ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
					&& (url.getRawPath().isEmpty() || "/".equals(url.getRawPath()));
			Assert.isTrue(usable, () -> "url: '%s' is not http or https with a host and nothing else".formatted(url));
		}
		Assert.isTrue(urls.stream().map(URI::getScheme).distinct().count() == 1, "url: http and https do not mix");
	}

}
