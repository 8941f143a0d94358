package io.billwright.gateway.openapi;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.billwright.gateway.routing.RouteTable;
import io.billwright.gateway.routing.RoutingSettings.Upstream;

/// What the services say of their APIs. While a service is away its last good words stand.
@Component
public final class ServiceDocuments {

	/// After which time services that have not been heard of are asked again.
	public static final Duration INCOMPLETE_REFRESH = Duration.ofSeconds(5);

	private static final Logger logger = LoggerFactory.getLogger(ServiceDocuments.class);

	private final RouteTable routes;

	private final OpenApiSettings settings;

	private final JsonMapper json;

	private final Clock clock;

	private final WebClient client;

	private final Map<String, Heard> lastGood = new ConcurrentHashMap<>();

	private final Map<String, String> troubles = new ConcurrentHashMap<>();

	private final Mono<Known> known;

	ServiceDocuments(RouteTable routes, OpenApiSettings settings, JsonMapper json, Clock clock) {
		this.routes = routes;
		this.settings = settings;
		this.json = json;
		this.clock = clock;
		this.client = WebClient.builder()
				.codecs((codecs) -> codecs.defaultCodecs()
						.maxInMemorySize(Math.toIntExact(settings.sizeMax().toBytes())))
				.build();
		this.known = Flux.defer(() -> Flux.fromIterable(routes.all().entrySet()))
				.filter((route) -> isDue(route.getKey()))
				.flatMap((route) -> refresh(route.getKey(), route.getValue()))
				.then(Mono.fromSupplier(this::collect))
				.cache((collected) -> collected.complete() ? settings.refresh() : INCOMPLETE_REFRESH,
						(failure) -> INCOMPLETE_REFRESH,
						() -> INCOMPLETE_REFRESH);
	}

	/// All of them. Cold; asks the services at most once in a while, however many read it, and emits the same until then.
	public Mono<Known> known() {
		return this.known;
	}

	private boolean isDue(String service) {
		Heard heard = this.lastGood.get(service);
		return heard == null || !this.clock.instant().isBefore(heard.at().plus(this.settings.refresh()));
	}

	private Mono<Void> refresh(String service, Upstream route) {
		return this.client.get()
				.uri(route.url().getFirst().resolve("/v3/api-docs"))
				.retrieve()
				.bodyToMono(byte[].class)
				.timeout(this.settings.timeout())
				.doOnNext((answer) -> {
					this.lastGood.put(service, new Heard(read(answer), this.clock.instant()));
					this.troubles.remove(service);
				})
				.onErrorResume(Exception.class, (failure) -> {
					report(service, String.valueOf(failure.getMessage()));
					return Mono.empty();
				})
				.then();
	}

	/// Once, however long it goes on.
	private void report(String service, String trouble) {
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

	private Known collect() {
		Map<String, ObjectNode> documents = new TreeMap<>();
		this.lastGood.forEach((service, heard) -> documents.put(service, heard.document()));
		return new Known(documents, documents.keySet().containsAll(this.routes.all().keySet()));
	}

	private record Heard(ObjectNode document, Instant at) {}

	/// What is known of the API. Nobody changes the documents.
	///
	/// @param documents by the name of the service
	/// @param complete whether every service has described itself at least once
	public record Known(Map<String, ObjectNode> documents, boolean complete) {}

}
