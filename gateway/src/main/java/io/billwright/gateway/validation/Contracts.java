package io.billwright.gateway.validation;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.node.ObjectNode;

import io.billwright.gateway.openapi.ServiceDocuments;
import io.billwright.gateway.openapi.ServiceDocuments.Known;
import io.billwright.gateway.reload.Reloadable;
import io.billwright.gateway.routing.RouteTable;
import io.billwright.gateway.routing.RoutingSettings.Upstream;
import io.billwright.gateway.validation.Contract.Described;

/// Keeps the contract up to date with the services' documents, in the background: what has not been heard of is not
/// checked. A document that cannot be understood leaves what its service said before.
@Component
class Contracts implements SmartLifecycle, Reloadable {

	private static final Logger logger = LoggerFactory.getLogger(Contracts.class);

	/// Between two looks at what is known.
	private static final Duration PAUSE = Duration.ofSeconds(1);

	private final ServiceDocuments documents;

	private final RouteTable routes;

	private final Map<String, Read> read = new HashMap<>();

	private @Nullable Seen seen;

	private volatile ValidationSettings settings;

	private volatile Contract contract = Contract.NONE;

	private volatile Disposable watch = Disposables.disposed();

	Contracts(ServiceDocuments documents, RouteTable routes, ValidationSettings settings, MeterRegistry meters) {
		this.documents = documents;
		this.routes = routes;
		this.settings = settings;
		Gauge.builder("billwright.gateway.validation.operations", this, (contracts) -> contracts.contract.size())
				.description("Operations whose requests and answers can be checked")
				.register(meters);
	}

	/// What is known at the moment.
	Contract current() {
		return this.contract;
	}

	ValidationSettings settings() {
		return this.settings;
	}

	@Override
	public Runnable prepare(Binder configuration) {
		ValidationSettings next = ValidationSettings.of(configuration);
		return () -> this.settings = next;
	}

	@Override
	public void start() {
		this.watch = Flux.interval(Duration.ZERO, PAUSE, Schedulers.boundedElastic())
				.onBackpressureDrop()
				.filter((tick) -> this.settings.isOn())
				.subscribe((tick) -> look());
	}

	@Override
	public void stop() {
		this.watch.dispose();
	}

	@Override
	public boolean isRunning() {
		return !this.watch.isDisposed();
	}

	private void look() {
		try {
			take(this.documents.known());
		}
		catch (RuntimeException ex) {
			logger.warn("What the services say of their APIs cannot be taken over", ex);
		}
	}

	private void take(Known known) {
		Seen now = new Seen(known, this.routes.all());
		if (!now.equals(this.seen)) {
			this.seen = now;
			known.documents().forEach(this::read);
			this.contract = new Contract(this.read.entrySet()
					.stream()
					.flatMap((service) -> service.getValue()
							.operations()
							.stream()
							.filter((operation) -> isServed(service.getKey(), operation)))
					.toList());
		}
	}

	private void read(String service, ObjectNode document) {
		Read before = this.read.get(service);
		if (before == null || !before.document().equals(document)) {
			this.read.put(service, new Read(document, operations(service, document, before)));
		}
	}

	private static List<Described> operations(String service, ObjectNode document, @Nullable Read before) {
		try {
			return DocumentReader.read(service, document);
		}
		catch (RuntimeException ex) {
			logger.warn("The document of {} cannot be understood", service, ex);
			return (before != null) ? before.operations() : List.of();
		}
	}

	/// While two versions of a service are served, one document says nothing of both.
	private boolean isServed(String service, Described operation) {
		Upstream route = this.routes.all().get(service);
		return route != null && route.canary() == null && service.equals(this.routes.find(operation.path()));
	}

	private record Seen(Known known, Map<String, Upstream> routes) {}

	private record Read(ObjectNode document, List<Described> operations) {}

}
