package io.billwright.platform.clients;

import java.net.URI;
import java.time.Duration;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/// Limits of one named client.
///
/// @param baseUrl where the other process listens, for example `http://localhost:8081`
/// @param connectTimeout for a new connection (default 1 s)
/// @param responseTimeout silence allowed before and within an answer, per attempt (default 2 s)
/// @param maxConnections open connections at most (default 64)
/// @param maxPending requests that may wait for a connection (default 256); more fail at once
/// @param pendingTimeout how long one waits for a connection (default 1 s)
/// @param maxIdle after which an unused connection is closed (default 30 s); shorter than the server's own limit
/// @param maxResponseSize bytes of one answer that are held in memory at most (default 1,048,576)
/// @param maxAttempts tries of one idempotent request, the first included (default 3)
/// @param retryBackoff pause before the first retry (default 50 ms), doubled and jittered for the next
/// @param retryRatio retries allowed for each request (default 0.1: at most 10 % of the last 100 requests)
/// @param failureRate percentage of failures that opens the circuit breaker (default 50)
/// @param failureWindow calls that the percentage is taken of (default 20)
/// @param openFor how long an open circuit breaker refuses before it tries again (default 5 s)
record ClientSettings(URI baseUrl, @DefaultValue("1s") Duration connectTimeout,
		@DefaultValue("2s") Duration responseTimeout, @DefaultValue("64") int maxConnections,
		@DefaultValue("256") int maxPending, @DefaultValue("1s") Duration pendingTimeout,
		@DefaultValue("30s") Duration maxIdle, @DefaultValue("1048576") int maxResponseSize,
		@DefaultValue("3") int maxAttempts, @DefaultValue("50ms") Duration retryBackoff,
		@DefaultValue("0.1") double retryRatio, @DefaultValue("50") float failureRate,
		@DefaultValue("20") int failureWindow, @DefaultValue("5s") Duration openFor) {

	ClientSettings {
		Assert.notNull(baseUrl, "billwright.clients.<name>.base-url must be set");
		Assert.isTrue(maxAttempts >= 1, "billwright.clients.<name>.max-attempts must be at least 1");
		Assert.isTrue((retryRatio >= 0) && (retryRatio <= 1),
				"billwright.clients.<name>.retry-ratio must be between 0 and 1");
	}

}
