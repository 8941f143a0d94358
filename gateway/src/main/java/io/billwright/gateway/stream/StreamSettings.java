package io.billwright.gateway.stream;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/// What a stream may do: server-sent events, lines of JSON, or a WebSocket. Numbers count for one instance.
///
/// @param perCaller how many a user, an API key or, for nobody in particular, an address may have at the same time
/// @param perOrganization how many all callers of an organization may have at the same time
/// @param total how many all callers may have at the same time. Each holds a connection to its service that other requests
///        then lack (`spring.cloud.gateway.server.webflux.httpclient.pool.max-connections`)
/// @param idle how long nothing may pass
/// @param duration how long it may last; a client that wants more connects again
/// @param stalled how long a write may wait for whoever is to read it
/// @param recheck how often its credential is looked at
/// @param farewell within which time all of them end, at random, when the gateway stops
/// @param frame the largest frame of a WebSocket
/// @param message the largest message of a WebSocket, all of its frames together
@ConfigurationProperties("billwright.gateway.streams")
record StreamSettings(@DefaultValue("20") int perCaller, @DefaultValue("100") int perOrganization,
		@DefaultValue("200") int total, @DefaultValue("60s") Duration idle, @DefaultValue("1h") Duration duration,
		@DefaultValue("20s") Duration stalled, @DefaultValue("10s") Duration recheck,
		@DefaultValue("2s") Duration farewell, @DefaultValue("64KB") DataSize frame,
		@DefaultValue("1MB") DataSize message) {

	StreamSettings {
		Assert.isTrue(perCaller > 0 && perOrganization > 0 && total > 0,
				"billwright.gateway.streams: per-caller, per-organization and total must be positive");
		Assert.isTrue(frame.toBytes() > 0 && message.compareTo(frame) >= 0,
				"billwright.gateway.streams.message: must be at least as large as a frame");
	}

}
