package io.billwright.user;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/// Starts the user service.
@SpringBootApplication
@ConfigurationPropertiesScan
public class UserServiceApplication {

	/// The process.
	public static void main(String[] arguments) {
		SpringApplication.run(UserServiceApplication.class, arguments);
	}

}
