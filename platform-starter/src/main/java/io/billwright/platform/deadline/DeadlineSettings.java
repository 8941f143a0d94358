package io.billwright.platform.deadline;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How long callers may allow.
///
/// @param max what a longer time counts as (default 60 s)
@ConfigurationProperties("billwright.deadline")
record DeadlineSettings(@DefaultValue("60s") Duration max) {}
