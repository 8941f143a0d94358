package io.billwright.gateway.openapi;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.billwright.gateway.routing.RouteTable;
import io.billwright.gateway.routing.RoutingSettings.Upstream;

/// What the services say of their APIs, asked for in the background, each service for itself: nobody waits for one that is
/// slow. While a service is away its last good words stand.
@Component
public final class ServiceDocuments implements SmartLifecycle {

	/// After which time at the latest a service that did not describe itself is asked again.
	static final Duration RETRY = Duration.ofSeconds(5);

	private static final Logger logger = LoggerFactory.getLogger(ServiceDocuments.class);

	/// Between two looks at who is to be asked.
	private static final Duration PAUSE = Duration.ofMillis(500);

	private static final byte[] NOTHING = {};

	private final RouteTable routes;

	private final OpenApiSettings settings;

	private final JsonMapper json;

	private final Clock clock;

	private final WebClient client;

	private final Map<String, ObjectNode> lastGood = new ConcurrentHashMap<>();

	private final Map<String, String> troubles = new ConcurrentHashMap<>();

	/// When each service is to be asked again; the end of time while it is being asked.
	private final Map<String, Instant> due = new ConcurrentHashMap<>();

	private volatile Known known = new Known(Map.of(), false);

	private volatile Disposable watch = Disposables.disposed();

	ServiceDocuments(RouteTable routes, OpenApiSettings settings, JsonMapper json, Clock clock) {
		this.routes = routes;
		this.settings = settings;
		this.json = json;
		this.clock = clock;
		this.client = WebClient.builder()
				.codecs((codecs) -> codecs.defaultCodecs()
						.maxInMemorySize(Math.toIntExact(settings.sizeMax().toBytes())))
				.build();
	}

	/// What has been heard so far.
	public Known known() {
		return this.known;
	}

	@Override
	public void start() {
		this.due.clear();
		this.watch = Flux.interval(Duration.ZERO, PAUSE)
				.onBackpressureDrop()
				.flatMapIterable((tick) -> this.routes.all().entrySet())
				.filter((route) -> isDue(route.getKey()))
				.flatMap((route) -> refresh(route.getKey(), route.getValue()))
				.subscribe();
	}

	@Override
	public void stop() {
		this.watch.dispose();
	}

	@Override
	public boolean isRunning() {
		return !this.watch.isDisposed();
	}

	private boolean isDue(String service) {
		return !this.clock.instant().isBefore(this.due.getOrDefault(service, Instant.MIN));
	}

	private Mono<Void> refresh(String service, Upstream route) {
		this.due.put(service, Instant.MAX);
		return this.client.get()
				.uri(route.url().getFirst().resolve("/v3/api-docs"))
				.retrieve()
				.bodyToMono(byte[].class)
				.defaultIfEmpty(NOTHING)
				.timeout(this.settings.timeout())
				.doOnNext((answer) -> take(service, read(answer)))
				.then()
				.onErrorResume(Exception.class, (failure) -> {
					report(service, String.valueOf(failure.getMessage()));
					return Mono.empty();
				});
	}

	private void take(String service, ObjectNode document) {
		this.due.put(service, this.clock.instant().plus(this.settings.refresh()));
		this.troubles.remove(service);
		this.lastGood.put(service, document);
		Map<String, ObjectNode> documents = new TreeMap<>(this.lastGood);
		this.known = new Known(documents, documents.keySet().containsAll(this.routes.all().keySet()));
	}

	/// Once, however long it goes on.
	private void report(String service, String trouble) {
		Duration pause = (RETRY.compareTo(this.settings.refresh()) < 0) ? RETRY : this.settings.refresh();
		this.due.put(service, this.clock.instant().plus(pause));
		if (!trouble.equals(this.troubles.put(service, trouble))) {
			logger.warn("{} does not describe its API: {}", service, trouble);
		}
	}

	private ObjectNode read(byte[] answer) {
		if (this.json.readTree(answer) instanceof ObjectNode described && described.has("paths")) {
			return described;
		}
		throw new IllegalStateException("what it answers is no OpenAPI document");
	}

	/// What is known of the API. Nobody changes the documents.
	///
	/// @param documents by the name of the service
	/// @param complete whether every service has described itself at least once
	public record Known(Map<String, ObjectNode> documents, boolean complete) {}

}
