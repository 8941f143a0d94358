package io.billwright.gateway.upstream;

import java.util.Map.Entry;
import java.util.Objects;
import java.util.regex.Pattern;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import io.billwright.gateway.edge.ClientAddress;
import io.billwright.gateway.edge.EntityTags;
import io.billwright.gateway.edge.Tracing;
import io.billwright.platform.identity.Passport;
import io.billwright.platform.observability.RequestId;

/// What passes to a service and back. Nothing that the gateway itself says can be said by a client, and no credential goes
/// further than this.
///
/// Headers go from one connection to the other in one pass and as they are, without a copy for Spring in between: with the
/// framework's filters, each of which makes a copy, they took a fifth of a request's time.
@Component
public class PassedHeaders {

	/// The exchange's attribute with the passport that the service will see.
	public static final String PASSPORT = PassedHeaders.class.getName() + ".passport";

	private static final AsciiString OURS = AsciiString.cached("x-billwright-");

	private static final AsciiString FORWARDED = AsciiString.cached("x-forwarded-");

	private static final AsciiString CROSS_ORIGIN = AsciiString.cached("access-control-");

	/// RFC 9110 section 7.6.1, and what proxies have made of it.
	private static final HeaderNames HOP_BY_HOP = HeaderNames.of("connection", "keep-alive", "proxy-authenticate",
			"proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
			"http2-settings");

	private static final HeaderNames NOT_IN = HOP_BY_HOP.and("forwarded", "x-real-ip", "x-request-id", "traceparent",
			"authorization", "x-api-key", "x-csrf-token", "cookie", "host", "expect", "signature", "signature-input");

	private static final HeaderNames NOT_KEPT = HOP_BY_HOP.and("x-request-id", "server", "x-powered-by");

	private static final HeaderNames NOT_OUT = NOT_KEPT.and("cdn-cache-control", "cache-tag", "cache-purge");

	private static final Pattern SEPARATORS = Pattern.compile("[, \\t]+");

	private final ClientAddress clients;

	PassedHeaders(ClientAddress clients) {
		this.clients = clients;
	}

	/// What a service is sent, however often.
	HttpHeaders toService(ServerWebExchange exchange) {
		ServerHttpRequest request = exchange.getRequest();
		HttpServerRequest received = ServerHttpRequestDecorator.getNativeRequest(request);
		HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
		pass(received.requestHeaders(), NOT_IN, FORWARDED, headers);
		EntityTags.unmark(headers);
		headers.set("X-Forwarded-For", this.clients.of(request).getHostAddress());
		headers.set("X-Forwarded-Proto", this.clients.scheme(request));
		headers.set(Passport.HEADER, (CharSequence) exchange.getRequiredAttribute(PASSPORT));
		headers.set(RequestId.HEADER, Objects.requireNonNullElse(
				exchange.getResponse().getHeaders().getFirst(RequestId.HEADER), request.getId()));
		headers.set("traceparent", Tracing.parent(exchange));
		return headers;
	}

	/// Adds to an answer what its service says.
	void toClient(HttpHeaders told, ServerHttpResponse response) {
		HttpServerResponse answer = ServerHttpResponseDecorator.getNativeResponse(response);
		pass(told, NOT_OUT, CROSS_ORIGIN, answer.responseHeaders());
	}

	/// What of an answer may be kept for later ones.
	static HttpHeaders toCache(HttpHeaders told) {
		HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
		pass(told, NOT_KEPT, CROSS_ORIGIN, headers);
		return headers;
	}

	private static void pass(HttpHeaders from, HeaderNames not, AsciiString notPrefix, HttpHeaders to) {
		HeaderNames named = named(from);
		for (var headers = from.iteratorCharSequence(); headers.hasNext();) {
			Entry<CharSequence, CharSequence> header = headers.next();
			CharSequence name = header.getKey();
			if (!not.contain(name) && !named.contain(name) && !startsWith(name, OURS) && !startsWith(name, notPrefix)) {
				to.add(name, header.getValue());
			}
		}
	}

	/// RFC 9110 section 7.6.1: what `Connection` names concerns this connection only.
	private static HeaderNames named(HttpHeaders headers) {
		String first = headers.get(HttpHeaderNames.CONNECTION);
		return (first == null || (isUsual(first) && headers.getAll(HttpHeaderNames.CONNECTION).size() == 1))
				? HeaderNames.NONE
				: HeaderNames.of(SEPARATORS.split(String.join(",", headers.getAll(HttpHeaderNames.CONNECTION))));
	}

	/// These two name nothing that is not told of one connection anyway.
	private static boolean isUsual(String connection) {
		return HttpHeaderValues.KEEP_ALIVE.contentEqualsIgnoreCase(connection)
				|| HttpHeaderValues.CLOSE.contentEqualsIgnoreCase(connection);
	}

	private static boolean startsWith(CharSequence name, AsciiString prefix) {
		return AsciiString.regionMatches(name, true, 0, prefix, 0, prefix.length());
	}

}
