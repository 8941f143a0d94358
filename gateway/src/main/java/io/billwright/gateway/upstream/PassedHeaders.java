package io.billwright.gateway.upstream;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/// What of the headers passes, as all the filters say, sorted once.
@Component
class PassedHeaders {

	private final HttpHeadersFilter[] toService;

	private final HttpHeadersFilter[] toClient;

	PassedHeaders(ObjectProvider<HttpHeadersFilter> filters) {
		this.toService = of(filters, HttpHeadersFilter.Type.REQUEST);
		this.toClient = of(filters, HttpHeadersFilter.Type.RESPONSE);
	}

	HttpHeaders toService(ServerWebExchange exchange) {
		return pass(this.toService, exchange.getRequest().getHeaders(), exchange);
	}

	HttpHeaders toClient(HttpHeaders headers, ServerWebExchange exchange) {
		return pass(this.toClient, headers, exchange);
	}

	private static HttpHeaders pass(HttpHeadersFilter[] filters, HttpHeaders headers, ServerWebExchange exchange) {
		HttpHeaders passed = headers;
		for (HttpHeadersFilter filter : filters) {
			passed = filter.filter(passed, exchange);
		}
		return passed;
	}

	private static HttpHeadersFilter[] of(ObjectProvider<HttpHeadersFilter> filters,
			HttpHeadersFilter.Type type) {
		return filters.orderedStream().filter((filter) -> filter.supports(type)).toArray(HttpHeadersFilter[]::new);
	}

}
