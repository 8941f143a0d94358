package io.billwright.platform.lifecycle;

import java.io.IOException;
import java.io.UncheckedIOException;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.io.ClassPathResource;

/// Adds `platform-defaults.yml` below everything else, so that each of its values can be overridden anywhere.
final class PlatformDefaults implements EnvironmentPostProcessor {

	private static final String NAME = "platform-defaults";

	/// Reactor Netty 1.3.8 can forget to read on after a request that arrived before the one before it had quite ended, and
	/// the next one on that connection waits for ever (reactor-netty #4361). So that one is ended first.
	private static final String END_FIRST = "reactor.netty.http.server.lastFlushWhenNoRead";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		System.getProperties().putIfAbsent(END_FIRST, "true");
		try {
			new YamlPropertySourceLoader().load(NAME, new ClassPathResource(NAME + ".yml"))
					.forEach(environment.getPropertySources()::addLast);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot read " + NAME + ".yml of the platform starter", ex);
		}
	}

}
