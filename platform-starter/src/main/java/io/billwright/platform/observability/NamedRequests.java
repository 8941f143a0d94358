package io.billwright.platform.observability;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

import io.billwright.platform.timing.ServerTiming;

/// Gives every request its id and its stopwatch, and every answer, errors included, the headers that tell them.
///
/// It stands around everything else, filters and error handlers too, so that their log lines carry the id as well.
final class NamedRequests implements HttpHandler {

	private final HttpHandler delegate;

	NamedRequests(HttpHandler delegate) {
		this.delegate = delegate;
	}

	@Override
	public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
		RequestId id = RequestId.of(request.getHeaders().getFirst(RequestId.HEADER));
		ServerTiming timing = new ServerTiming();
		HttpHeaders headers = response.getHeaders();
		headers.set(RequestId.HEADER, id.value());
		// Added, because the gateway's answers already carry the service's own.
		response.beforeCommit(() -> Mono.fromRunnable(() -> headers.add(ServerTiming.HEADER, timing.header())));
		return this.delegate.handle(request, response)
				.contextWrite((context) -> context.put(RequestId.class, id).put(ServerTiming.class, timing));
	}

}
