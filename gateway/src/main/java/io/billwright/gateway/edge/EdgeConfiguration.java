package io.billwright.gateway.edge;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;

/// What the listeners have in common.
@Configuration(proxyBeanMethods = false)
class EdgeConfiguration {

	@Bean
	HttpHandlerDecoratorFactory accessLog(ClientAddress clients, MeterRegistry meters) {
		return (handler) -> new AccessLog(handler, clients, meters);
	}

	@Bean
	NettyServerCustomizer listenerLimits(EdgeSettings settings) {
		return (server) -> server.requestTimeout(settings.requestTimeout())
				.maxConnections(settings.maxConnections())
				.http2Settings((http2) -> http2.maxConcurrentStreams(settings.maxStreams()));
	}

}
