package io.billwright.invoice;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/// Starts the billing service.
@SpringBootApplication
@ConfigurationPropertiesScan
public class InvoiceServiceApplication {

	/// Starts the service with the given command-line arguments.
	public static void main(String[] args) {
		SpringApplication.run(InvoiceServiceApplication.class, args);
	}

}
