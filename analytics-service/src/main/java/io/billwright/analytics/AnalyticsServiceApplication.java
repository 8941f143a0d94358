package io.billwright.analytics;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/// Starts the analytics service.
@SpringBootApplication
@ConfigurationPropertiesScan
public class AnalyticsServiceApplication {

	/// Starts the service with the given command-line arguments.
	public static void main(String[] args) {
		SpringApplication.run(AnalyticsServiceApplication.class, args);
	}

}
