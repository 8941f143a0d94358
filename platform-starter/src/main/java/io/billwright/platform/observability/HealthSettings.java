package io.billwright.platform.observability;

import java.time.Duration;
import java.util.Set;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How dependencies are looked at.
///
/// @param timeout after which a silent dependency counts as down (default 1 s)
/// @param cache how long one look is good for (default 1 s), whoever asks how often
/// @param required those without which the service is not ready (default `database`); the others only degrade it
@ConfigurationProperties("billwright.health")
record HealthSettings(@DefaultValue("1s") Duration timeout, @DefaultValue("1s") Duration cache,
		@DefaultValue("database") Set<String> required) {}
