package io.billwright.gateway.edge;

import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpScheme;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/// Heads of requests that the codec lets pass, although another party on the way could see another end or another
/// recipient in them.
final class AmbiguousHeads {

	/// RFC 3986 section 3.2.2, without a user: a name, an IPv4 address or an IPv6 address in brackets, and a port.
	private static final Pattern HOST = Pattern
			.compile("(?:[A-Za-z0-9._~!$&'()*+;=%-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{0,5})?");

	/// RFC 9113 section 8.3.1: an absolute path and a query, or an asterisk.
	private static final Pattern TARGET = Pattern.compile("/[!-~]*|\\*");

	private AmbiguousHeads() {
	}

	static boolean contain(HttpRequest request) {
		return hasUnclearEnd(request) || hasUnclearHost(request);
	}

	/// RFC 9113 section 8.3.1: method, path and the scheme that is really spoken, and one authority, which `host` repeats if
	/// both are there. That each is there once at the most, is seen to by the codec.
	static boolean contain(Http2Headers headers) {
		CharSequence path = headers.path();
		boolean isClear = headers.method() != null && path != null && TARGET.matcher(path).matches()
				&& HttpScheme.HTTPS.name().contentEqualsIgnoreCase(headers.scheme());
		return !isClear || hasUnclearAuthority(headers.authority(), headers.getAll(HttpHeaderNames.HOST));
	}

	private static boolean hasUnclearAuthority(@Nullable CharSequence authority, List<CharSequence> hosts) {
		CharSequence host = (authority != null || hosts.isEmpty()) ? authority : hosts.getFirst();
		return host == null || hosts.size() > 1 || !HOST.matcher(host).matches()
				|| !hosts.stream().allMatch((other) -> AsciiString.contentEqualsIgnoreCase(host, other));
	}

	/// RFC 9112 section 6.1: `chunked` is the one coding that everybody knows, and nobody whose request says HTTP/1.0 does.
	private static boolean hasUnclearEnd(HttpRequest request) {
		HttpHeaders headers = request.headers();
		if (!headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
			return false;
		}
		List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
		return codings.size() != 1 || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst())
				|| !HttpVersion.HTTP_1_1.equals(request.protocolVersion());
	}

	/// RFC 9112 section 3.2: exactly one host, and the one that an absolute target names.
	private static boolean hasUnclearHost(HttpRequest request) {
		List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
		if (hosts.isEmpty() && HttpVersion.HTTP_1_0.equals(request.protocolVersion())) {
			return false;
		}
		return hosts.size() != 1 || !HOST.matcher(hosts.getFirst()).matches()
				|| !isMeant(hosts.getFirst(), request.uri());
	}

	private static boolean isMeant(String host, String target) {
		return target.startsWith("/") || target.equals("*") || host.equalsIgnoreCase(authority(target));
	}

	private static String authority(String target) {
		try {
			return String.valueOf(URI.create(target).getRawAuthority());
		}
		catch (IllegalArgumentException ex) {
			return "";
		}
	}

}
