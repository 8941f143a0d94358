package io.billwright.gateway.edge;

import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// What is compressed.
///
/// @param enabled whether anything is
/// @param types media types that become smaller by it
/// @param min answers that are shorter gain nothing
/// @param max answers that are longer take an event loop too long; one that does not say how long it is may be any length
/// @param never patterns of paths whose answers hold secrets
@ConfigurationProperties("billwright.gateway.compression")
record CompressionSettings(@DefaultValue("true") boolean enabled,
		@DefaultValue({"application/json", "application/problem+json", "text/html", "text/css", "text/javascript",
			"text/plain", "text/csv", "application/xml", "image/svg+xml"}) List<String> types,
		@DefaultValue("1KB") DataSize min, @DefaultValue("8MB") DataSize max, @DefaultValue List<String> never) {}
