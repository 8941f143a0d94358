package io.billwright.platform.test;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.core.env.Environment;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

@PlatformTest(classes = PlatformTestTests.Echo.class, properties = "sample=1")
class PlatformTestTests {

	@Autowired
	private Environment environment;

	@Autowired
	private WebTestClient client;

	@Test
	void contextWhenStartedThenHasADatabaseOfItsOwn() throws SQLException {
		try (Connection connection = DriverManager.getConnection(
				this.environment.getRequiredProperty("spring.flyway.url"),
				this.environment.getRequiredProperty("spring.flyway.user"),
				this.environment.getRequiredProperty("spring.flyway.password"))) {
			assertThat(connection.getCatalog()).startsWith("test_");
			assertThat(this.environment.getRequiredProperty("spring.r2dbc.url"))
					.endsWith("/" + connection.getCatalog());
		}
	}

	@Test
	void contextWhenAnotherIsMadeThenDatabasesDiffer() {
		EmbeddedProperties other = EmbeddedProperties.forNewContext();
		assertThat(other.getProperty("spring.r2dbc.url"))
				.isNotEqualTo(this.environment.getProperty("spring.r2dbc.url"));
		assertThat(other.getProperty("spring.data.redis.url"))
				.isNotEqualTo(this.environment.getProperty("spring.data.redis.url"));
		assertThat(other.getProperty("sample")).isNull();
	}

	@Test
	void clientWhenItCarriesAPassportThenTheServiceReceivesIt() {
		Passports.user(Passports.freshId("org"))
				.on(this.client)
				.get()
				.uri("/echo")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(String.class)
				.value((body) -> assertThat(body).startsWith("ey"));
	}

	@SpringBootApplication
	@RestController
	static class Echo {

		@GetMapping("/echo")
		String echo(@RequestHeader(Passport.HEADER) String passport) {
			return passport;
		}

	}

}
