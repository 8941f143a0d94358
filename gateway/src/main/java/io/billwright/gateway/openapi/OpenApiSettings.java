package io.billwright.gateway.openapi;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// How the merged document is made.
///
/// @param server the API's address as clients use it, for the document's `servers`
/// @param refresh after which time the services are asked again
/// @param timeout for each service, whose first description takes seconds on a busy machine; the last good document of
/// one that does not answer is kept
/// @param sizeMax of one service's document
@ConfigurationProperties("billwright.gateway.openapi")
record OpenApiSettings(@DefaultValue("/") String server, @DefaultValue("60s") Duration refresh,
		@DefaultValue("60s") Duration timeout, @DefaultValue("8MB") DataSize sizeMax) {}
