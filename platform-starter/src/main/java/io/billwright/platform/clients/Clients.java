package io.billwright.platform.clients;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelOption;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.ClientHttpObservationDocumentation.HighCardinalityKeyNames;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientRequestObservationContext;
import org.springframework.web.reactive.function.client.DefaultClientRequestObservationConvention;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/// The clients by which one process of the platform calls another.
///
/// Each has its own bounded connection pool, timeouts, retry budget and circuit breaker. What it cannot get is an
/// [io.billwright.platform.failure.Unavailable] with the code `<name>_unavailable`; answers of the 4xx kind are the
/// caller's to read.
public final class Clients implements DisposableBean {

	static final String READING = Clients.class.getName() + ".reading";

	private final ClientsSettings settings;

	private final WebClient.Builder template;

	private final CircuitBreakerRegistry breakers;

	private final MeterRegistry meters;

	private final Map<String, WebClient> clients = new ConcurrentHashMap<>();

	private final Map<String, ConnectionProvider> pools = new ConcurrentHashMap<>();

	Clients(ClientsSettings settings, WebClient.Builder template, CircuitBreakerRegistry breakers,
			MeterRegistry meters) {
		this.settings = settings;
		this.template = template;
		this.breakers = breakers;
		this.meters = meters;
	}

	/// The client of that name, always the same one.
	///
	/// @throws IllegalArgumentException where `billwright.clients.<name>.base-url` is not set
	public WebClient named(String name) {
		return this.clients.computeIfAbsent(name, (key) -> build(key, this.settings.require(key)));
	}

	/// Marks a request that only reads although its method is POST, so that it may be tried again. To be given to
	/// `attributes`.
	public static void reading(Map<String, Object> attributes) {
		attributes.put(READING, true);
	}

	private WebClient build(String name, ClientSettings settings) {
		return this.template.clone()
				.baseUrl(settings.baseUrl().toString())
				.clientConnector(new ReactorClientHttpConnector(httpClient(name, settings)))
				.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize(settings.maxResponseSize()))
				.observationConvention(new NamedConvention(name))
				.filter(new Resilience(name, settings, breaker(name, settings), retries(name)))
				.build();
	}

	private HttpClient httpClient(String name, ClientSettings settings) {
		return HttpClient.create(this.pools.computeIfAbsent(name, (key) -> pool(key, settings)))
				.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(settings.connectTimeout().toMillis()))
				.responseTimeout(settings.responseTimeout());
	}

	private static ConnectionProvider pool(String name, ClientSettings settings) {
		return ConnectionProvider.builder(name)
				.maxConnections(settings.maxConnections())
				.pendingAcquireMaxCount(settings.maxPending())
				.pendingAcquireTimeout(settings.pendingTimeout())
				.maxIdleTime(settings.maxIdle())
				.evictInBackground(settings.maxIdle())
				.lifo()
				.metrics(true)
				.build();
	}

	private CircuitBreaker breaker(String name, ClientSettings settings) {
		return this.breakers.circuitBreaker(name,
				CircuitBreakerConfig.custom()
						.slidingWindowType(SlidingWindowType.COUNT_BASED)
						.slidingWindowSize(settings.failureWindow())
						.minimumNumberOfCalls(settings.failureWindow())
						.failureRateThreshold(settings.failureRate())
						.waitDurationInOpenState(settings.openFor())
						.permittedNumberOfCallsInHalfOpenState(3)
						.build());
	}

	private Counter retries(String name) {
		return Counter.builder("client.retries")
				.description("Attempts after the first one")
				.tag("client.name", name)
				.register(this.meters);
	}

	@Override
	public void destroy() {
		this.pools.values().forEach(ConnectionProvider::dispose);
	}

	/// Metrics by the client's name instead of by host, which changes with the place.
	private static final class NamedConvention extends DefaultClientRequestObservationConvention {

		private final String name;

		NamedConvention(String name) {
			this.name = name;
		}

		@Override
		protected KeyValue clientName(ClientRequestObservationContext context) {
			return KeyValue.of("client.name", this.name);
		}

		/// Without the query: it would be told in metrics and spans, and may hold what a customer has typed.
		@Override
		protected KeyValue uri(ClientRequestObservationContext context) {
			KeyValue template = super.uri(context);
			return KeyValue.of(template.getKey(), template.getValue().replaceFirst("\\?.*", ""));
		}

		/// As above.
		@Override
		protected KeyValue httpUrl(ClientRequestObservationContext context) {
			ClientRequest request = context.getRequest();
			return (request != null)
					? KeyValue.of(HighCardinalityKeyNames.HTTP_URL, request.url().getPath())
					: super.httpUrl(context);
		}

	}

}
