package io.billwright.gateway.openapi;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.billwright.gateway.routing.RouteTable;
import io.billwright.platform.failure.Unavailable;

/// The merged document, made of what the services say of themselves. While a service is away its last good words stand.
@Component
class ApiDescription {

	private static final Logger logger = LoggerFactory.getLogger(ApiDescription.class);

	private static final Duration INCOMPLETE_REFRESH = Duration.ofSeconds(5);

	private final RouteTable routes;

	private final OpenApiSettings settings;

	private final JsonMapper json;

	private final WebClient client;

	private final Map<String, ObjectNode> lastGood = new ConcurrentHashMap<>();

	private final Mono<Description> document;

	ApiDescription(RouteTable routes, OpenApiSettings settings, JsonMapper json) {
		this.routes = routes;
		this.settings = settings;
		this.json = json;
		this.client = WebClient.builder()
				.codecs((codecs) -> codecs.defaultCodecs()
						.maxInMemorySize(Math.toIntExact(settings.sizeMax().toBytes())))
				.build();
		this.document = Flux.fromIterable(routes.all().entrySet())
				.flatMap((route) -> refresh(route.getKey(),
						route.getValue().url().getFirst().resolve("/v3/api-docs").toString()))
				.then(Mono.fromCallable(this::merge))
				.cache((merged) -> merged.complete() ? settings.refresh() : INCOMPLETE_REFRESH,
						(failure) -> INCOMPLETE_REFRESH,
						() -> INCOMPLETE_REFRESH);
	}

	/// The document. Cold; asks the services at most once in a while, however many read it.
	Mono<Description> document() {
		return this.document;
	}

	private Mono<Void> refresh(String service, String url) {
		return this.client.get()
				.uri(url)
				.retrieve()
				.bodyToMono(byte[].class)
				.timeout(this.settings.timeout())
				.doOnNext((answer) -> this.lastGood.put(service, read(answer)))
				.onErrorResume(Exception.class, (failure) -> {
					logger.warn("{} does not describe its API: {}", service, failure.getMessage());
					return Mono.empty();
				})
				.then();
	}

	private ObjectNode read(byte[] answer) {
		if (this.json.readTree(answer) instanceof ObjectNode described && described.has("paths")) {
			return described;
		}
		throw new IllegalStateException("what it answers is no OpenAPI document");
	}

	private Description merge() throws JacksonException {
		if (this.lastGood.isEmpty()) {
			throw new Unavailable("description_unavailable", "No service describes its API at the moment. Try again.",
					INCOMPLETE_REFRESH);
		}
		MergedDocument merged = new MergedDocument(this.settings.server());
		new TreeMap<>(this.lastGood).forEach((service, described) -> merged.add(service, described,
				(path) -> service.equals(this.routes.find(path))));
		return new Description(this.json.writeValueAsBytes(merged.document()),
				this.lastGood.keySet().containsAll(this.routes.all().keySet()));
	}

	/// What is known of the API.
	///
	/// @param json the document
	/// @param complete whether every service has described itself at least once
	record Description(byte[] json, boolean complete) {}

}
