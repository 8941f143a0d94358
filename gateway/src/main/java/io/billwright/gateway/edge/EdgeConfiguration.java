package io.billwright.gateway.edge;

import org.springframework.boot.reactor.netty.autoconfigure.NettyServerProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;

/// What the listeners have in common.
@Configuration(proxyBeanMethods = false)
class EdgeConfiguration {

	@Bean
	HttpHandlerDecoratorFactory accessLog(ClientAddress clients, AccessRecords records) {
		return (handler) -> new AccessLog(handler, clients, records);
	}

	@Bean
	ListenerLimits listenerLimits(EdgeSettings settings, ServerProperties properties, NettyServerProperties netty,
			Refusals refusals) {
		return new ListenerLimits(settings, properties.getMaxHttpRequestHeaderSize(), netty.getMaxInitialLineLength(),
				refusals);
	}

}
