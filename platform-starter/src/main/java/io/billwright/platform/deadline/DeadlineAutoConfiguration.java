package io.billwright.platform.deadline;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/// Deadlines of requests.
@AutoConfiguration
@EnableConfigurationProperties(DeadlineSettings.class)
public final class DeadlineAutoConfiguration {

	@Bean
	DeadlineFilter deadlineFilter(DeadlineSettings settings) {
		return new DeadlineFilter(settings.max());
	}

}
