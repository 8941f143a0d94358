package io.billwright.platform.lifecycle;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/// Limits of a service's own door.
///
/// @param requestTimeout how long a client may take to send one request's body (default 30 s); then 408
/// @param readTimeout how long a client may be silent in the middle of a body (default 10 s); then 408
/// @param drainDelay how long requests are still accepted after readiness turned to "refusing" (default 0 s): as long
///        as the load balancer needs to notice, 5 s on Kubernetes
@ConfigurationProperties("billwright.lifecycle")
record LifecycleSettings(@DefaultValue("30s") Duration requestTimeout, @DefaultValue("10s") Duration readTimeout,
		@DefaultValue("0s") Duration drainDelay) {

	LifecycleSettings {
		Assert.isTrue(requestTimeout.isPositive(), "billwright.lifecycle.request-timeout must be positive");
		Assert.isTrue(readTimeout.isPositive(), "billwright.lifecycle.read-timeout must be positive");
		Assert.isTrue(!drainDelay.isNegative(), "billwright.lifecycle.drain-delay must not be negative");
	}

}
