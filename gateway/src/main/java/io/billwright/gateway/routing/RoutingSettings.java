package io.billwright.gateway.routing;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/// Where requests go.
///
/// @param routes service name to its addresses and the path prefixes it serves
/// @param publicPaths path patterns that need no credential; without a usable one the caller is anonymous there
@ConfigurationProperties("billwright.gateway")
public record RoutingSettings(Map<String, Upstream> routes, @DefaultValue List<String> publicPaths) {

	/// One service.
	///
	/// @param url scheme, host and port; several where it has several addresses. Each address of a host is an instance
	/// @param prefixes whole path segments, for example `/api/v1/invoices`
	public record Upstream(List<URI> url, @DefaultValue List<String> prefixes) {

		public Upstream {
			Assert.notEmpty(url, "url: at least one is needed");
			url.forEach(Upstream::check);
			Assert.isTrue(url.stream().map(URI::getScheme).distinct().count() == 1, "url: http and https do not mix");
		}

		private static void check(URI url) {
			boolean usable = url.getHost() != null && url.getRawQuery() == null
					&& ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
					&& (url.getRawPath().isEmpty() || "/".equals(url.getRawPath()));
			Assert.isTrue(usable, () -> "url: '%s' is not http or https with a host and nothing else".formatted(url));
		}

	}

}
