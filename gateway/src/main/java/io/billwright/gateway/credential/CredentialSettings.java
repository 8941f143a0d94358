package io.billwright.gateway.credential;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How long the edge believes what it knows of credentials.
///
/// @param trusted for how long a checked credential, good or bad, is not checked again; a revocation ends it at once
/// @param unheard the same while it cannot be heard what is revoked
/// @param signatureSkew how far the clock of whoever signs a request may be from this one's, and so for how long a nonce is
/// remembered
/// @param kept how many checked credentials are remembered
/// @param sessionIdle how long a session lives without a request; its absolute end is fixed at login
/// @param sessionTouch how often, at the most, a session in use is marked as used
/// @param signingKeysMaxAge after which time the keys of access tokens are asked for again
/// @param signingKeysPause the least time between two such questions, however many unknown key ids arrive
@ConfigurationProperties("billwright.gateway.credentials")
public record CredentialSettings(@DefaultValue("30s") Duration trusted, @DefaultValue("1s") Duration unheard,
		@DefaultValue("5m") Duration signatureSkew,
		@DefaultValue("100000") int kept,
		@DefaultValue("24h") Duration sessionIdle, @DefaultValue("60s") Duration sessionTouch,
		@DefaultValue("10m") Duration signingKeysMaxAge, @DefaultValue("10s") Duration signingKeysPause) {}
