package io.billwright.gateway;

import java.util.Map;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.http.client.ReactorResourceFactory;

import io.billwright.gateway.support.Platform;

/// Gateways that a test starts itself, because one is not enough.
public final class Gateways {

	private Gateways() {
	}

	/// Starts one, which is to be closed.
	///
	/// @param properties that differ from those of every gateway
	public static ConfigurableApplicationContext start(Map<String, Object> properties) {
		return new SpringApplicationBuilder(GatewayApplication.class)
				.initializers((context) -> context.getEnvironment()
						.getPropertySources()
						.addFirst(new MapPropertySource("Inlined Test Properties", properties)),
						new Platform.Initializer(),
						(context) -> ((GenericApplicationContext) context).registerBean(ReactorResourceFactory.class,
								Gateways::ownThreads))
				.run();
	}

	/// Whether it hears of revocations. When that begins it forgets all that it has checked before.
	public static boolean hears(ConfigurableApplicationContext gateway) {
		return gateway.getBean(MeterRegistry.class).get("billwright.gateway.revocations.heard").gauge().value() == 1;
	}

	/// Those that the whole JVM shares would end with the first gateway that is closed.
	private static ReactorResourceFactory ownThreads() {
		ReactorResourceFactory factory = new ReactorResourceFactory();
		factory.setUseGlobalResources(false);
		return factory;
	}

}
