package io.billwright.gateway.reload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.util.StringUtils;

/// The operator's file, where one is named. It goes before what the gateway brings along, and after the environment.
final class ConfigurationFile implements EnvironmentPostProcessor {

	/// Names the file.
	static final String SETTING = "billwright.gateway.configuration.file";

	/// Of its property source.
	static final String NAME = "gateway configuration";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		String file = environment.getProperty(SETTING);
		if (StringUtils.hasText(file)) {
			environment.getPropertySources().addAfter(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					read(new FileSystemResource(file)));
		}
	}

	/// @throws IllegalArgumentException where it is no YAML
	static PropertySource<?> read(byte[] content) {
		return read(new ByteArrayResource(content));
	}

	private static PropertySource<?> read(Resource resource) {
		try {
			List<PropertySource<?>> documents = new YamlPropertySourceLoader().load(NAME, resource);
			if (documents.size() != 1) {
				throw new IllegalArgumentException(
						"The configuration is one YAML document, not %d".formatted(documents.size()));
			}
			return documents.getFirst();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot read " + resource.getDescription(), ex);
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("The configuration is no YAML: " + ex.getMessage(), ex);
		}
	}

}
