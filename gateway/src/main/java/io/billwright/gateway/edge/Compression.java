package io.billwright.gateway.edge;

import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.netty.handler.codec.compression.Zstd;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/// Compresses answers that are worth it for clients that like it.
///
/// Answers that tell secrets stay as they are: the length of a compressed one that holds a secret beside text of a
/// stranger's choice tells how much the two have in common, and so in the end the secret, in spite of TLS (BREACH,
/// CVE-2013-3587). So do those that come bit by bit, which the codec would hold back.
@Component
class Compression implements WebFilter, Ordered {

	private static final Logger logger = LoggerFactory.getLogger(Compression.class);

	private final CompressionSettings settings;

	private final Set<String> types;

	private final List<PathPattern> never;

	private final boolean hasZstd;

	Compression(CompressionSettings settings) {
		this.settings = settings;
		this.types = Set.copyOf(settings.types());
		this.never = settings.never().stream().map(PathPatternParser.defaultInstance::parse).toList();
		// Looks for its native library here and not on an event loop, with the first answer.
		this.hasZstd = Zstd.isAvailable();
		if (!this.hasZstd) {
			logger.info("Answers are compressed with gzip only, zstd cannot be had: {}", Zstd.cause().toString());
		}
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (this.settings.enabled()) {
			exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(() -> decide(exchange)));
		}
		return chain.filter(exchange);
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	/// What depends on the client's likes says so, whether this client gets it compressed or not.
	private void decide(ServerWebExchange exchange) {
		HttpServerRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
		HttpServerResponse response = ServerHttpResponseDecorator.getNativeResponse(exchange.getResponse());
		HttpHeaders headers = response.responseHeaders();
		if (HttpStatus.NOT_MODIFIED.equals(exchange.getResponse().getStatusCode())) {
			EntityTags.echo(request.requestHeaders(), headers);
			return;
		}
		if (!isWorthIt(headers) || isSecret(exchange, headers) || isPast(request)) {
			return;
		}
		headers.add(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
		ContentCoding coding = ContentCoding.best(request.requestHeaders().getAll(HttpHeaderNames.ACCEPT_ENCODING),
				this.hasZstd);
		if (coding == null) {
			return;
		}
		EntityTags.mark(headers, coding);
		if (HttpMethod.HEAD.equals(exchange.getRequest().getMethod())) {
			// RFC 9110 section 8.6: the length would be that of the compressed content, which nobody knows.
			headers.remove(HttpHeaderNames.CONTENT_LENGTH);
			return;
		}
		// The codec reads it and knows less of weights.
		request.requestHeaders().set(HttpHeaderNames.ACCEPT_ENCODING, coding.token());
		response.compression(true);
	}

	private boolean isWorthIt(HttpHeaders headers) {
		if (headers.contains(HttpHeaderNames.CONTENT_ENCODING)
				|| !this.types.contains(type(headers.get(HttpHeaderNames.CONTENT_TYPE)))) {
			return false;
		}
		long length = headers.getInt(HttpHeaderNames.CONTENT_LENGTH, -1);
		return length < 0 || (length >= this.settings.min().toBytes() && length <= this.settings.max().toBytes());
	}

	private static String type(@Nullable String contentType) {
		if (contentType == null) {
			return "";
		}
		int end = contentType.indexOf(';');
		return ((end < 0) ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
	}

	/// What must not be transformed counts as well (RFC 9110 section 7.7).
	private boolean isSecret(ServerWebExchange exchange, HttpHeaders headers) {
		if (headers.contains(HttpHeaderNames.SET_COOKIE)
				|| headers.containsValue(HttpHeaderNames.CACHE_CONTROL, "no-transform", true)) {
			return true;
		}
		PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
		for (PathPattern pattern : this.never) {
			if (pattern.matches(path)) {
				return true;
			}
		}
		return false;
	}

	/// HTTP/1.0 knows no chunks.
	private static boolean isPast(HttpServerRequest request) {
		return HttpVersion.HTTP_1_0.equals(request.version());
	}

}
