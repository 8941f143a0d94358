package io.billwright.gateway.tls;

import java.time.Duration;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How certificates are looked after. The files themselves are Spring Boot's `server.ssl.*`.
///
/// @param reload how often the files are looked at
/// @param certificatePaths path patterns that a client must show a certificate for
@ConfigurationProperties("billwright.gateway.tls")
record TlsSettings(@DefaultValue("10s") Duration reload, @DefaultValue List<String> certificatePaths) {}
