package io.billwright.gateway.upstream;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;

/// Names of headers, in any case. To look for one of the codec's own costs its hash, which the codec has computed already.
final class HeaderNames {

	static final HeaderNames NONE = new HeaderNames();

	private final HttpHeaders names = DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();

	private HeaderNames() {
	}

	static HeaderNames of(String... names) {
		return NONE.and(names);
	}

	HeaderNames and(String... more) {
		HeaderNames both = new HeaderNames();
		both.names.add(this.names);
		for (String name : more) {
			both.names.set(name, "");
		}
		return both;
	}

	boolean contain(CharSequence name) {
		return this.names.contains(name);
	}

}
