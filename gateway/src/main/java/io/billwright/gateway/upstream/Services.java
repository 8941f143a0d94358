package io.billwright.gateway.upstream;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Binder;
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
import io.billwright.gateway.reload.Reloadable;
import io.billwright.gateway.routing.RouteTable;
import io.billwright.gateway.routing.RoutingSettings;
import io.billwright.gateway.routing.RoutingSettings.Upstream;
import io.billwright.gateway.upstream.Service.Definition;
import io.billwright.platform.clients.RetryBudget;
import io.billwright.platform.failure.Unavailable;

/// The services by the name of their route. Looks their names up again and again, and leaves out the instances that do
/// worse than the others.
@Component
class Services implements SmartLifecycle, Reloadable {

	private static final Logger logger = LoggerFactory.getLogger(Services.class);

	private final Names names;

	private final HttpClient client;

	private final CircuitBreakerRegistry breakers;

	private final MeterRegistry meters;

	private final Map<URI, List<InetSocketAddress>> known = new ConcurrentHashMap<>();

	private volatile UpstreamSettings settings;

	private volatile Map<String, Service> services = Map.of();

	private volatile Disposable watch = Disposables.disposed();

	Services(RouteTable routes, Names names, HttpClient client, UpstreamSettings settings, OverloadSettings overload,
			CircuitBreakerRegistry breakers, MeterRegistry meters) {
		this.names = names;
		this.client = client;
		this.settings = settings;
		this.breakers = breakers;
		this.meters = meters;
		become(routes.all(), settings, overload);
	}

	/// The service of a route.
	///
	/// @throws Unavailable where the route has just been taken away
	Service require(String name) {
		Service service = this.services.get(name);
		if (service == null) {
			throw new Unavailable("service_unavailable", "The %s is not here any more.".formatted(name),
					this.settings.rest());
		}
		return service;
	}

	@Override
	public Runnable prepare(Binder configuration) {
		RoutingSettings routing = RoutingSettings.of(configuration);
		UpstreamSettings upstream = UpstreamSettings.of(configuration);
		OverloadSettings overload = OverloadSettings.of(configuration);
		return () -> {
			become(routing.routes(), upstream, overload);
			if (isRunning()) {
				stop();
				start();
			}
		};
	}

	/// A service that is defined as before stays what it is, with all that has been learned of it.
	private void become(Map<String, Upstream> routes, UpstreamSettings settings, OverloadSettings overload) {
		Map<String, Service> next = new HashMap<>();
		routes.forEach((name, upstream) -> {
			Definition definition = new Definition(upstream, settings, overload);
			Service before = this.services.get(name);
			next.put(name, (before != null && definition.equals(before.definition()))
					? before
					: service(name, definition));
		});
		this.settings = settings;
		this.services = Map.copyOf(next);
		next.keySet().forEach(this::measure);
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

	private Service service(String name, Definition definition) {
		UpstreamSettings settings = definition.settings();
		Map<Priority, Counter> refused = new EnumMap<>(Priority.class);
		for (Priority priority : Priority.values()) {
			refused.put(priority, counter("overloaded", name, "Requests refused because a service had too many")
					.tag("priority", priority.name().toLowerCase(Locale.ROOT))
					.register(this.meters));
		}
		Upstream upstream = definition.upstream();
		return new Service(name, definition, fleet(name, upstream.url(), settings), canary(name, definition),
				breaker("route-" + name, settings), upstream.prefixes().stream().collect(Collectors.toUnmodifiableMap(
						Function.identity(), (prefix) -> breaker("route-" + name + prefix, settings))),
				new ConcurrencyLimit(definition.overload(), System::nanoTime), refused,
				new RetryBudget(settings.retry().ratio()),
				counter("retries", name, "Attempts after the first one").register(this.meters));
	}

	private @Nullable Canary canary(String name, Definition definition) {
		RoutingSettings.Canary canary = definition.upstream().canary();
		return (canary == null)
				? null
				: new Canary(fleet(name + " canary", canary.url(), definition.settings()), canary.weight(),
						canary.header(),
						name, counter("canary", name, "Requests that went to the new version").register(this.meters));
	}

	private Fleet fleet(String name, List<URI> urls, UpstreamSettings settings) {
		return new Fleet(name, urls, new Instances(name, urls.stream().map(Service::unresolved).toList(), client(urls),
				settings, System::nanoTime));
	}

	/// A breaker keeps the settings that it was made with.
	private CircuitBreaker breaker(String name, UpstreamSettings settings) {
		this.breakers.remove(name);
		return this.breakers.circuitBreaker(name, settings::breaker);
	}

	private void measure(String name) {
		gauge("instances", name, "Instances of a service that get requests",
				(service) -> service.fleet().instances().size() - service.fleet().instances().away())
				.tag("state", "in")
				.register(this.meters);
		gauge("instances", name, "Instances of a service that are left out for a while",
				(service) -> service.fleet().instances().away())
				.tag("state", "out")
				.register(this.meters);
		gauge("concurrency.limit", name, "Requests that a service may have at the same time",
				(service) -> service.limit().limit()).register(this.meters);
		gauge("concurrency", name, "Requests that a service has", (service) -> service.limit().inside())
				.register(this.meters);
	}

	private Gauge.Builder<Services> gauge(String meter, String route, String description,
			ToDoubleFunction<Service> value) {
		return Gauge.builder("billwright.gateway." + meter, this, (all) -> {
			Service service = all.services.get(route);
			return (service != null) ? value.applyAsDouble(service) : 0;
		}).description(description).tag("route", route);
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

	private Stream<Fleet> fleets() {
		return this.services.values().stream().flatMap((service) -> Stream.concat(Stream.of(service.fleet()),
				Stream.ofNullable(service.canary()).map(Canary::fleet)));
	}

	private Mono<Void> locate() {
		return Flux.fromStream(this::fleets).flatMap(this::locate).then();
	}

	/// A name that cannot be looked up means what it meant before.
	private Mono<Void> locate(Fleet fleet) {
		return Flux.fromIterable(fleet.urls())
				.flatMap((url) -> this.names.resolve(url.getHost())
						.doOnNext((found) -> this.known.put(url,
								found.stream().map((address) -> Service.at(url, address)).toList()))
						.onErrorResume(Exception.class, (failure) -> {
							logger.warn("{} of {} cannot be looked up: {}", url.getHost(), fleet.name(),
									failure.getMessage());
							return Mono.empty();
						}))
				.then(Mono.fromRunnable(() -> move(fleet)));
	}

	private void move(Fleet fleet) {
		Set<InetSocketAddress> addresses = fleet.urls().stream()
				.flatMap((url) -> this.known.getOrDefault(url, List.of(Service.unresolved(url))).stream())
				.collect(Collectors.toCollection(LinkedHashSet::new));
		int before = fleet.instances().size();
		List<Instance> gone = fleet.instances().become(addresses);
		if (!gone.isEmpty() || before != fleet.instances().size()) {
			logger.info("{} is at {}", fleet.name(), addresses);
		}
		gone.forEach((instance) -> this.client.configuration().connectionProvider().disposeWhen(instance.address()));
	}

	private void compare() {
		fleets().forEach((fleet) -> fleet.instances().compare());
	}

}
