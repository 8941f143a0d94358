package io.billwright.gateway.edge;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Error;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.observability.RequestId;
import io.billwright.platform.problem.Problem;

/// Says what the listener refuses in the words of every other refusal: a problem document with a request id, the headers
/// for browsers, a line in the access log. Then the connection closes, because nobody knows where the next request begins.
@Component
class Refusals {

	private final JsonMapper json;

	private final AccessRecords records;

	private final Clock clock;

	Refusals(JsonMapper json, AccessRecords records, Clock clock) {
		this.json = json;
		this.records = records;
		this.clock = clock;
	}

	/// Finishes an answer that was given before any handler of ours saw the request, as the adapter to Spring does for a
	/// path that is no URI. Every other answer bears a request id.
	Mono<Void> explain(Mono<Void> handled, Connection connection) {
		return handled.then(Mono.defer(() -> (connection instanceof HttpServerResponse response
				&& !response.hasSentHeaders() && isBare(response.status().code(), response.responseHeaders()))
						? explain(response, connection)
						: Mono.empty()));
	}

	/// Whether nobody has explained this answer.
	static boolean isBare(int status, HttpHeaders headers) {
		return status >= 400 && !headers.contains(RequestId.HEADER);
	}

	/// Writes the headers of a refusal, records it and returns its body.
	///
	/// @param secure whether the client came by TLS
	/// @param waited for how long the listener waited for the request
	byte[] tell(Refusal refusal, HttpHeaders headers, @Nullable SocketAddress client, boolean secure, Duration waited) {
		byte[] body = explain(refusal, headers, secure);
		this.records.add(
				new AccessEntry(this.clock.millis(), "-", "-", refusal.status(), waited, address(client), "none",
						headers.get(RequestId.HEADER), null));
		return body;
	}

	/// Writes the headers of a refusal that somebody else records and returns its body.
	byte[] explain(Refusal refusal, HttpHeaders headers, boolean secure) {
		String requestId = RequestId.of(null).value();
		byte[] body = this.json.writeValueAsBytes(Problem.of(refusal.status(), refusal.title(), refusal.code(),
				refusal.detail(), List.of(), "", requestId));
		headers.set(HttpHeaderNames.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE)
				.set(HttpHeaderNames.CONTENT_LENGTH, body.length)
				.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
				.set(RequestId.HEADER, requestId);
		SecurityHeaders.of(secure).forEach(headers::set);
		return body;
	}

	/// Counts a client that broke the rules of HTTP/2 and lost its connection.
	void sentAway(Http2Error error) {
		this.records.sentAway(error.name().toLowerCase(Locale.ROOT));
	}

	private Mono<Void> explain(HttpServerResponse response, Connection connection) {
		Refusal refusal = Refusal.of(response.status().code());
		response.responseHeaders().remove(HttpHeaderNames.TRANSFER_ENCODING);
		byte[] body = tell(refusal, response.responseHeaders(), connection.channel().remoteAddress(),
				"https".equals(response.scheme()), Duration.ZERO);
		return response.sendByteArray(Mono.just(body)).then();
	}

	private static @Nullable InetAddress address(@Nullable SocketAddress client) {
		return (client instanceof InetSocketAddress inet) ? inet.getAddress() : null;
	}

}
