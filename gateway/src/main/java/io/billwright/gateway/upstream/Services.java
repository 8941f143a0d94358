package io.billwright.gateway.upstream;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

import io.billwright.gateway.overload.ConcurrencyLimit;
import io.billwright.gateway.overload.OverloadSettings;
import io.billwright.gateway.overload.Priority;
import io.billwright.gateway.routing.RouteTable;
import io.billwright.platform.clients.RetryBudget;

/// The services by the name of their route. Looks their names up again and again, and leaves out the instances that do
/// worse than the others.
@Component
class Services implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Services.class);

	private final Names names;

	private final HttpClient client;

	private final UpstreamSettings settings;

	private final OverloadSettings overload;

	private final CircuitBreakerRegistry breakers;

	private final MeterRegistry meters;

	private final Map<String, Service> services;

	private final Map<URI, List<InetSocketAddress>> known = new ConcurrentHashMap<>();

	private volatile Disposable watch = Disposables.disposed();

	Services(RouteTable routes, Names names, HttpClient client, UpstreamSettings settings,
			OverloadSettings overload, CircuitBreakerRegistry breakers, MeterRegistry meters) {
		this.names = names;
		this.client = client;
		this.settings = settings;
		this.overload = overload;
		this.breakers = breakers;
		this.meters = meters;
		this.services = routes.all().entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getKey,
				(route) -> service(route.getKey(), route.getValue().url())));
	}

	/// The service of a route, which must exist.
	Service require(String name) {
		Service service = this.services.get(name);
		if (service == null) {
			throw new IllegalStateException("There is no service named " + name);
		}
		return service;
	}

	@Override
	public void start() {
		this.watch = Disposables.composite(
				Flux.interval(Duration.ZERO, this.settings.resolve())
						.onBackpressureDrop()
						.concatMap((tick) -> locate())
						.subscribe(),
				Flux.interval(this.settings.outlier().interval()).subscribe((tick) -> compare()));
	}

	@Override
	public void stop() {
		this.watch.dispose();
	}

	@Override
	public boolean isRunning() {
		return !this.watch.isDisposed();
	}

	private Service service(String name, List<URI> urls) {
		Instances instances = new Instances(name, urls.stream().map(Service::unresolved).toList(), client(urls),
				this.settings,
				System::nanoTime);
		gauge("instances", name, "Instances of a service that get requests", instances,
				(all) -> all.size() - all.away())
				.tag("state", "in")
				.register(this.meters);
		gauge("instances", name, "Instances of a service that are left out for a while", instances, Instances::away)
				.tag("state", "out")
				.register(this.meters);
		ConcurrencyLimit limit = new ConcurrencyLimit(this.overload, System::nanoTime);
		gauge("concurrency.limit", name, "Requests that a service may have at the same time", limit,
				ConcurrencyLimit::limit).register(this.meters);
		gauge("concurrency", name, "Requests that a service has", limit, ConcurrencyLimit::inside)
				.register(this.meters);
		Map<Priority, Counter> refused = new EnumMap<>(Priority.class);
		for (Priority priority : Priority.values()) {
			refused.put(priority, counter("overloaded", name, "Requests refused because a service had too many")
					.tag("priority", priority.name().toLowerCase(Locale.ROOT))
					.register(this.meters));
		}
		return new Service(name, urls, instances,
				this.breakers.circuitBreaker("route-" + name, this.settings::breaker), limit, refused,
				new RetryBudget(this.settings.retry().ratio()),
				counter("retries", name, "Attempts after the first one").register(this.meters), this.settings);
	}

	private static <T> Gauge.Builder<T> gauge(String meter, String route, String description, T of,
			ToDoubleFunction<T> value) {
		return Gauge.builder("billwright.gateway." + meter, of, value).description(description).tag("route", route);
	}

	private static Counter.Builder counter(String meter, String route, String description) {
		return Counter.builder("billwright.gateway." + meter).description(description).tag("route", route);
	}

	private HttpClient client(List<URI> urls) {
		if (!"https".equals(urls.getFirst().getScheme())) {
			return this.client.noSSL();
		}
		return (this.client.configuration().sslProvider() != null) ? this.client : this.client.secure();
	}

	private Mono<Void> locate() {
		return Flux.fromIterable(this.services.values()).flatMap(this::locate).then();
	}

	/// A name that cannot be looked up means what it meant before.
	private Mono<Void> locate(Service service) {
		return Flux.fromIterable(service.urls())
				.flatMap((url) -> this.names.resolve(url.getHost())
						.doOnNext((found) -> this.known.put(url,
								found.stream().map((address) -> Service.at(url, address)).toList()))
						.onErrorResume(Exception.class, (failure) -> {
							logger.warn("{} of {} cannot be looked up: {}", url.getHost(), service.name(),
									failure.getMessage());
							return Mono.empty();
						}))
				.then(Mono.fromRunnable(() -> move(service)));
	}

	private void move(Service service) {
		Set<InetSocketAddress> addresses = service.urls().stream()
				.flatMap((url) -> this.known.getOrDefault(url, List.of(Service.unresolved(url))).stream())
				.collect(Collectors.toCollection(LinkedHashSet::new));
		int before = service.instances().size();
		List<Instance> gone = service.instances().become(addresses);
		if (!gone.isEmpty() || before != service.instances().size()) {
			logger.info("{} is at {}", service.name(), addresses);
		}
		gone.forEach((instance) -> this.client.configuration().connectionProvider().disposeWhen(instance.address()));
	}

	private void compare() {
		this.services.values().forEach((service) -> service.instances().compare());
	}

}
