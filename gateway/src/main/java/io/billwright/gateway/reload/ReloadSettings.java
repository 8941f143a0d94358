package io.billwright.gateway.reload;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

/// The operator's file.
///
/// @param file path of a YAML file; none by default
/// @param refresh how often it is looked at
@ConfigurationProperties("billwright.gateway.configuration")
record ReloadSettings(@DefaultValue("") String file, @DefaultValue("2s") Duration refresh) {

	@Nullable
	Path path() {
		return StringUtils.hasText(this.file) ? Path.of(this.file) : null;
	}

}
