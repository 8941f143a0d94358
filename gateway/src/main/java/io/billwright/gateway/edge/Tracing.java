package io.billwright.gateway.edge;

import java.util.concurrent.ThreadLocalRandom;

import io.micrometer.observation.ObservationPredicate;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.micrometer.tracing.autoconfigure.TracingProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.server.ServerWebExchange;

/// Which requests leave a span, and what the services are told of it, as W3C Trace Context has it.
///
/// A client that sends `traceparent` decides for its request; of the others a share is sampled. A request that is not, or
/// whose span nobody would fetch, is observed by nobody either: that would cost as much as all the rest.
@Configuration(proxyBeanMethods = false)
public class Tracing {

	private static final String SERVER = "http.server.requests";

	@Bean
	ObservationPredicate sampledRequestsOnly(ObjectProvider<SpanExporter> exporters, TracingProperties properties) {
		boolean exporting = exporters.stream().findAny().isPresent();
		double share = properties.getSampling().getProbability();
		return (name, context) -> !SERVER.equals(name)
				|| (exporting && context instanceof ServerRequestObservationContext server
						&& isSampled(server.getCarrier(), share));
	}

	/// Whoever gets here was drawn already, or comes with the client's own decision.
	@Bean
	Sampler sampler() {
		return Sampler.parentBased(Sampler.alwaysOn());
	}

	private static boolean isSampled(@Nullable ServerHttpRequest request, double share) {
		String parent = (request != null) ? given(request) : null;
		return (parent != null)
				? TraceParent.isSampled(parent)
				: ThreadLocalRandom.current().nextDouble() < share;
	}

	/// What a service is told: the span of this request, else the client's own, else the beginning of a trace that
	/// nobody has sampled.
	public static String parent(ServerWebExchange exchange) {
		TraceContext span = span(exchange);
		if (span != null) {
			return TraceParent.of(span.traceId(), span.spanId(), Boolean.TRUE.equals(span.sampled()));
		}
		String given = given(exchange.getRequest());
		return (given != null) ? given : TraceParent.unsampled();
	}

	private static @Nullable String given(ServerHttpRequest request) {
		return TraceParent.valid(request.getHeaders().getFirst(TraceParent.HEADER));
	}

	private static @Nullable TraceContext span(ServerWebExchange exchange) {
		ServerRequestObservationContext observed = exchange
				.getAttribute(ServerRequestObservationContext.CURRENT_OBSERVATION_CONTEXT_ATTRIBUTE);
		TracingContext tracing = (observed != null) ? observed.get(TracingContext.class) : null;
		Span span = (tracing != null) ? tracing.getSpan() : null;
		return (span != null) ? span.context() : null;
	}

}
