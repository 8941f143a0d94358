package io.billwright.platform.web;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Bounds of what a service accepts.
///
/// @param maxBody the largest request body, default 1 MiB; a larger one is refused with 413
@ConfigurationProperties("billwright.web")
public record WebSettings(@DefaultValue("1MB") DataSize maxBody) {}
