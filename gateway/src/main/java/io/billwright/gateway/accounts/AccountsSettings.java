package io.billwright.gateway.accounts;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How user-service is asked.
///
/// @param route the name of its route, whose address is used
/// @param timeout for each question
@ConfigurationProperties("billwright.gateway.accounts")
record AccountsSettings(@DefaultValue("user-service") String route, @DefaultValue("2s") Duration timeout) {}
