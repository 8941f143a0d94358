package io.billwright.gateway.validation;

import java.util.List;

import com.networknt.schema.Schema;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import io.billwright.gateway.validation.Operation.Answer;
import io.billwright.gateway.validation.ValidationSettings.Mode;
import io.billwright.platform.json.MalformedJson;

/// An answer that is held to what its document promises. Nothing of it is ever changed.
final class ValidatedResponse extends ServerHttpResponseDecorator {

	private final Operation operation;

	private final ValidationSettings settings;

	private final Bodies bodies;

	private final Breaches breaches;

	ValidatedResponse(ServerHttpResponse response, Operation operation, ValidationSettings settings, Bodies bodies,
			Breaches breaches) {
		super(response);
		this.operation = operation;
		this.settings = settings;
		this.bodies = bodies;
		this.breaches = breaches;
	}

	@Override
	public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
		HttpStatusCode status = getStatusCode();
		Answer answer = (status != null) ? this.operation.answers().get(status.value()) : null;
		// A failure may always be another one than those that are described.
		if (answer == null && status != null && status.is2xxSuccessful()) {
			refuse(List.of("status " + status.value()));
		}
		Schema promised = (answer != null) ? answer.schema() : null;
		return (promised != null && isReadable())
				? super.writeWith(DataBufferUtils.join(Flux.from(body)).doOnNext((whole) -> check(whole, promised)))
				: super.writeWith(body);
	}

	private boolean isReadable() {
		HttpHeaders headers = getHeaders();
		MediaType type = headers.getContentType();
		long length = headers.getContentLength();
		return type != null && RequestBody.isJson(type) && length > 0
				&& length <= this.settings.bodyLimit().toBytes()
				&& !headers.containsHeader(HttpHeaders.CONTENT_ENCODING);
	}

	private void check(DataBuffer whole, Schema promised) {
		try {
			List<String> broken = broken(whole, promised);
			if (!broken.isEmpty()) {
				refuse(broken);
			}
		}
		catch (RuntimeException ex) {
			DataBufferUtils.release(whole);
			throw ex;
		}
	}

	private List<String> broken(DataBuffer whole, Schema promised) {
		try {
			JsonNode tree = this.bodies.read(whole);
			return (tree == null)
					? List.of()
					: Schemas.errors(promised, tree)
							.stream()
							.map((error) -> Schemas.path(error) + ' ' + error.getKeyword())
							.toList();
		}
		catch (MalformedJson ex) {
			return List.of("body");
		}
	}

	private void refuse(List<String> broken) {
		boolean refused = this.settings.responses() == Mode.REFUSE;
		this.breaches.record(this.operation, "response", refused, broken);
		if (refused) {
			throw new ResponseStatusException(HttpStatus.BAD_GATEWAY,
					"The answer of the service is not what its document promises. Whether it did what was asked is not known.");
		}
	}

}
