package io.billwright.gateway.openapi;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.gateway.openapi.ServiceDocuments.Known;
import io.billwright.gateway.routing.RouteTable;
import io.billwright.platform.failure.Unavailable;

/// The merged document, made of what the services say of themselves.
@Component
class ApiDescription {

	private final ServiceDocuments documents;

	private final RouteTable routes;

	private final OpenApiSettings settings;

	private final JsonMapper json;

	private volatile @Nullable Description last;

	ApiDescription(ServiceDocuments documents, RouteTable routes, OpenApiSettings settings, JsonMapper json) {
		this.documents = documents;
		this.routes = routes;
		this.settings = settings;
		this.json = json;
	}

	/// The document. Cold; fails with `Unavailable` while no service has described itself.
	Mono<Description> document() {
		return Mono.fromCallable(() -> describe(this.documents.known()));
	}

	private Description describe(Known known) {
		Description description = this.last;
		if (description == null || !description.of().equals(known)) {
			description = new Description(merge(known), known);
			this.last = description;
		}
		return description;
	}

	private byte[] merge(Known known) {
		if (known.documents().isEmpty()) {
			throw new Unavailable("description_unavailable", "No service describes its API at the moment. Try again.",
					ServiceDocuments.RETRY);
		}
		MergedDocument merged = new MergedDocument(this.settings.server());
		known.documents()
				.forEach((service, described) -> merged.add(service, described,
						(path) -> service.equals(this.routes.find(path))));
		return this.json.writeValueAsBytes(merged.document());
	}

	/// What is told of the API.
	///
	/// @param json the document
	/// @param of what it was made of
	record Description(byte[] json, Known of) {

		boolean complete() {
			return this.of.complete();
		}

	}

}
