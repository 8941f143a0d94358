package io.billwright.platform.lifecycle;

import java.util.Arrays;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.http.client.ReactorResourceFactory;

/// One more process of the service under test, on the same servers: to stop it, or to take servers away from it.
public final class SecondInstance {

	private SecondInstance() {
	}

	/// Starts it on ports of its own.
	///
	/// @param first the environment of the test's context
	/// @param properties as `key=value`, which go before those of the first
	public static ConfigurableApplicationContext start(ConfigurableEnvironment first, Class<?> application,
			String... properties) {
		PropertySource<?> servers = first.getPropertySources().get("embedded servers");
		return new SpringApplicationBuilder(application)
				.initializers((context) -> context.getEnvironment().getPropertySources().addLast(servers),
						(context) -> ((GenericApplicationContext) context).registerBean(ReactorResourceFactory.class,
								SecondInstance::ownThreads))
				.properties("server.port=0")
				.run(Arrays.stream(properties).map((property) -> "--" + property).toArray(String[]::new));
	}

	/// Those that the whole JVM shares would end with this instance.
	private static ReactorResourceFactory ownThreads() {
		ReactorResourceFactory factory = new ReactorResourceFactory();
		factory.setUseGlobalResources(false);
		return factory;
	}

	/// The port of its API.
	public static int port(ConfigurableApplicationContext instance) {
		return instance.getEnvironment().getRequiredProperty("local.server.port", int.class);
	}

	/// The port of its management endpoints.
	public static int managementPort(ConfigurableApplicationContext instance) {
		return instance.getEnvironment().getRequiredProperty("local.management.port", int.class);
	}

}
