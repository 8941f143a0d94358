package io.billwright.gateway.routing;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where requests go.
///
/// @param routes service name to its address and the path prefixes it serves
/// @param publicPaths path patterns that need no credential; without a usable one the caller is anonymous there
@ConfigurationProperties("billwright.gateway")
public record RoutingSettings(Map<String, Upstream> routes, @DefaultValue List<String> publicPaths) {

	/// One service.
	///
	/// @param url scheme, host and port
	/// @param prefixes whole path segments, for example `/api/v1/invoices`
	public record Upstream(URI url, @DefaultValue List<String> prefixes) {}

}
