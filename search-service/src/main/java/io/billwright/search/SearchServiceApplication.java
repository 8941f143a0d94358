package io.billwright.search;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/// Starts the search service.
@SpringBootApplication
@ConfigurationPropertiesScan
public class SearchServiceApplication {

	/// Starts the service with the given command-line arguments.
	public static void main(String[] args) {
		SpringApplication.run(SearchServiceApplication.class, args);
	}

}
