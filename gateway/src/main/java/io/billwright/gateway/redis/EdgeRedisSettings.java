package io.billwright.gateway.redis;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How long the edge waits for Redis.
///
/// @param counterTimeout for a rate limit's counters; a slower answer is given up for the local counters
/// @param sessionTimeout for a session or a nonce; a slower answer is a 503
/// @param reconnect between attempts to connect, between heartbeats, and how long calls are spared after Redis was found
/// to be away
/// @param silence after which time without a heartbeat's answer a connection counts as dead
@ConfigurationProperties("billwright.gateway.redis")
public record EdgeRedisSettings(@DefaultValue("50ms") Duration counterTimeout,
		@DefaultValue("500ms") Duration sessionTimeout, @DefaultValue("1s") Duration reconnect,
		@DefaultValue("3s") Duration silence) {}
