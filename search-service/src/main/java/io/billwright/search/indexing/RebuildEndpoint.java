package io.billwright.search.indexing;

import java.util.List;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// The rebuild on the management port: `GET` shows both slots, `POST` begins one.
@Component
@Endpoint(id = "rebuild")
class RebuildEndpoint {

	private final Rebuild rebuild;

	private final GenerationStore generations;

	RebuildEndpoint(Rebuild rebuild, GenerationStore generations) {
		this.rebuild = rebuild;
		this.generations = generations;
	}

	@ReadOperation
	Mono<List<Generation>> generations() {
		return this.generations.all().collectList();
	}

	@WriteOperation
	Mono<Begun> begin() {
		return this.rebuild.begin().map(Begun::new);
	}

	/// @param begun false while another rebuild is under way
	record Begun(boolean begun) {}

}
