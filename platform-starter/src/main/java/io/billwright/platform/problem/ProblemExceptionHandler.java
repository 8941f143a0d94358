package io.billwright.platform.problem;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.failure.Failure;

/// Answers every error of a request with a problem document. It stands before Boot's own handler, so this is the only
/// place that does.
final class ProblemExceptionHandler implements WebExceptionHandler, Ordered {

	private static final Logger log = LoggerFactory.getLogger(ProblemExceptionHandler.class);

	private static final String REQUEST_ID = "X-Request-Id";

	private final JsonMapper mapper;

	private final ContextSnapshotFactory contexts;

	/// @param contexts whose values log lines tell
	ProblemExceptionHandler(JsonMapper mapper, ContextSnapshotFactory contexts) {
		this.mapper = mapper;
		this.contexts = contexts;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
		ServerHttpResponse response = exchange.getResponse();
		if (response.isCommitted()) {
			return Mono.error(error);
		}
		ServerHttpRequest request = exchange.getRequest();
		Problems.Answer answer = Problems.toAnswer(error);
		Problem problem = Problem.of(answer.status(), Problems.title(answer.status()), answer.code(), answer.detail(),
				answer.fields(), request.getPath().value(), requestId(exchange));
		return (answer.status() >= 500 && !isRefusal(error))
				? Mono.deferContextual((context) -> {
					report(request, answer, error, context);
					return write(response, answer, problem);
				})
				: write(response, answer, problem);
	}

	/// With the ids of the request, also where the context is handed on explicitly only.
	@SuppressWarnings("try") // the scope is of use by being open
	private void report(ServerHttpRequest request, Problems.Answer answer, Throwable error,
			ContextView context) {
		try (ContextSnapshot.Scope ids = this.contexts.setThreadLocalsFrom(context)) {
			log.error("{} {} failed: {}", request.getMethod(), request.getPath().value(), answer.code(), error);
		}
	}

	/// Where somebody has more to do than can be done, a line for each that is turned away would be one thing more.
	private static boolean isRefusal(Throwable error) {
		return error instanceof Failure && error.getCause() == null;
	}

	private Mono<Void> write(ServerHttpResponse response, Problems.Answer answer, Problem problem) {
		response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
		HttpHeaders headers = response.getHeaders();
		headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
		headers.setCacheControl("no-store");
		headers.remove(HttpHeaders.ETAG);
		if (answer.retryAfter() != null) {
			headers.set(HttpHeaders.RETRY_AFTER,
					Long.toString(Math.max(1, answer.retryAfter().plusMillis(999).toSeconds())));
		}
		if (answer.isUnauthenticated()) {
			headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
		}
		DataBuffer body = response.bufferFactory().wrap(this.mapper.writeValueAsBytes(problem));
		headers.setContentLength(body.readableByteCount());
		return response.writeWith(Mono.just(body));
	}

	/// The answer carries it already when the request-id filter has run.
	private static @Nullable String requestId(ServerWebExchange exchange) {
		return exchange.getResponse().getHeaders().getFirst(REQUEST_ID);
	}

	@Override
	public int getOrder() {
		return -2;
	}

}
