package io.billwright.gateway.limit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.HttpMethod;

import io.billwright.gateway.limit.LimitSettings.Per;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LimitSettingsTests {

	private static final Path PAGE = Path.of("..", "docs", "reference", "gateway.md");

	@Test
	void settingsWhenWrittenAsThePageSaysThenAreRead() throws IOException {
		Binder binder = binder(Files.readString(PAGE).replaceAll("(?s).*?```yaml\n(.*?)```.*", "$1"));
		LimitSettings limits = limits(binder);
		assertThat(limits.principal().rateLimit()).hasToString("6000/min burst 1000");
		assertThat(limits.organization().rateLimit()).hasToString("10/s, 20000/h");
		assertThat(limits.organization().inFlight()).isEqualTo(100);
		assertThat(limits.plans().get("free").rateLimit()).hasToString("100/min");
		assertThat(limits.plans().get("free").weight()).isEqualTo(1);
		assertThat(limits.paths().get("export").method()).isEqualTo(HttpMethod.POST);
		assertThat(limits.paths().get("export").per()).isEqualTo(Per.ORGANIZATION);
		assertThat(limits.paths().get("export").cost().least()).isEqualTo(10);
		assertThat(limits.paths().get("export").dryRun()).isTrue();
		assertThat(limits.inFlight()).isEqualTo(4000);
		assertThat(binder.bind("billwright.gateway", ServiceLimitSettings.class).get().routes().get("search-service")
				.rateLimit()).hasToString("100/h");
	}

	@Test
	void settingsWhenTheEnvironmentSaysOtherwiseThenThatHolds() {
		Binder binder = binder("billwright.gateway.limits: { principal: 60/min, address: 600/min }",
				new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
						Map.of("BILLWRIGHT_GATEWAY_LIMITS_PRINCIPAL", "9/s, 90/min")));
		assertThat(limits(binder).principal().rateLimit()).hasToString("9/s, 90/min");
	}

	@Test
	void settingsWhenALimitCannotBeReadThenTheRefusalSaysHowItIsWritten() {
		Binder binder = binder("billwright.gateway.limits: { principal: lots, address: 600/min }");
		assertThatExceptionOfType(BindException.class).isThrownBy(() -> limits(binder))
				.withStackTraceContaining("'lots' is no limit such as '100/hour'");
	}

	private static LimitSettings limits(Binder binder) {
		return binder.bind("billwright.gateway.limits", LimitSettings.class).get();
	}

	private static Binder binder(String yaml, PropertySource<?>... stronger) {
		StandardEnvironment environment = new StandardEnvironment();
		for (PropertySource<?> source : stronger) {
			environment.getPropertySources().replace(source.getName(), source);
		}
		try {
			new YamlPropertySourceLoader()
					.load("page", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
					.forEach(environment.getPropertySources()::addLast);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		ConfigurationPropertySources.attach(environment);
		return Binder.get(environment);
	}

}
