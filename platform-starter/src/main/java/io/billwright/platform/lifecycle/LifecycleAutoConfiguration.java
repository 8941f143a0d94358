package io.billwright.platform.lifecycle;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;

/// Bounds how long a client may take, and how a service says goodbye.
@AutoConfiguration
@EnableConfigurationProperties(LifecycleSettings.class)
public final class LifecycleAutoConfiguration {

	@Bean
	NettyServerCustomizer boundedRequests(LifecycleSettings settings) {
		return (server) -> server.requestTimeout(settings.requestTimeout()).readTimeout(settings.readTimeout());
	}

	@Bean
	Farewell farewell() {
		return new Farewell();
	}

	@Bean
	DrainBeforeStop drainBeforeStop(LifecycleSettings settings, Farewell farewell) {
		return new DrainBeforeStop(settings.drainDelay(), farewell);
	}

}
