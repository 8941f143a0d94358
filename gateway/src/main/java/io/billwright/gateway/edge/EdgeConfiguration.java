package io.billwright.gateway.edge;

import java.time.Clock;

import org.springframework.boot.reactor.netty.autoconfigure.NettyServerProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.webflux.autoconfigure.WebHttpHandlerBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;

/// What the listeners have in common.
@Configuration(proxyBeanMethods = false)
class EdgeConfiguration {

	@Bean
	HttpHandlerDecoratorFactory accessLog(ClientAddress clients, AccessRecords records, Clock clock) {
		return (handler) -> new AccessLog(handler, clients, records, clock);
	}

	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE)
	WebHttpHandlerBuilderCustomizer filters() {
		return (builder) -> builder.filters((filters) -> {
			Filters all = new Filters(filters);
			filters.clear();
			filters.add(all);
		});
	}

	@Bean
	ListenerLimits listenerLimits(EdgeSettings settings, ServerProperties properties, NettyServerProperties netty,
			Refusals refusals) {
		return new ListenerLimits(settings, properties.getMaxHttpRequestHeaderSize(), netty.getMaxInitialLineLength(),
				refusals);
	}

}
