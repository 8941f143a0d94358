package io.billwright.gateway.edge;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/// What the edge accepts from clients.
///
/// @param trustedProxies addresses and CIDR ranges of proxies before the gateway whose `X-Forwarded-*` are believed
/// @param bodyLimit the largest body of a request
/// @param bodyLimits other limits for single paths
/// @param headTimeout how long a client may take to send a request's first line and headers
/// @param requestTimeout how long a client may take to send its request once it has begun
/// @param maxConnections open connections per listening port
/// @param maxStreams requests at the same time on one HTTP/2 connection
/// @param http2 what else an HTTP/2 connection may do
/// @param accessLogShare the share of served requests that leave a line in the log, 0 to 1; failed ones always do
/// @param accessLogWaiting lines that wait to be written; what comes while there are so many leaves none
/// @param plain the second listener, without TLS, for programs on the same machine
@ConfigurationProperties("billwright.gateway.edge")
record EdgeSettings(@DefaultValue List<String> trustedProxies, @DefaultValue("1MB") DataSize bodyLimit,
		@DefaultValue Map<String, DataSize> bodyLimits, @DefaultValue("10s") Duration headTimeout,
		@DefaultValue("30s") Duration requestTimeout, @DefaultValue("20000") int maxConnections,
		@DefaultValue("100") int maxStreams, @DefaultValue Http2 http2, @DefaultValue("1") double accessLogShare,
		@DefaultValue("65536") int accessLogWaiting, @DefaultValue Plain plain) {

	/// @param resets streams that a client may give up, or make the gateway give up, in a window (CVE-2023-44487 and
	///        CVE-2025-8671)
	/// @param idleFrames that belong to no request, PING, SETTINGS, PRIORITY and the like, in a window
	/// @param window over which both are counted, at least a second; who does more loses the connection
	record Http2(@DefaultValue("200") int resets, @DefaultValue("1000") int idleFrames,
			@DefaultValue("30s") Duration window) {

		Http2 {
			Assert.isTrue(resets > 0 && idleFrames > 0, "resets, idle-frames: must be positive");
			Assert.isTrue(window.toSeconds() >= 1, "window: must be at least a second");
		}

	}

	/// @param enabled whether it listens at all
	/// @param port on the loopback interface only; 0 takes any free one
	record Plain(@DefaultValue("true") boolean enabled, @DefaultValue("8080") int port) {}

}
