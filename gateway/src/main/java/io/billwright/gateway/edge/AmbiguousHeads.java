package io.billwright.gateway.edge;

import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

/// Heads of HTTP/1.1 requests that the codec lets pass, although another party on the way could see another end or another
/// recipient in them.
final class AmbiguousHeads {

	/// RFC 3986 section 3.2.2, without a user: a name, an IPv4 address or an IPv6 address in brackets, and a port.
	private static final Pattern HOST = Pattern
			.compile("(?:[A-Za-z0-9._~!$&'()*+;=%-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{0,5})?");

	private AmbiguousHeads() {
	}

	static boolean contain(HttpRequest request) {
		return hasUnclearEnd(request) || hasUnclearHost(request);
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
