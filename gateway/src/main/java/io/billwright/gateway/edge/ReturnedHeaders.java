package io.billwright.gateway.edge;

import java.util.Locale;
import java.util.Set;

import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/// What of a service's headers a client sees.
@Component
class ReturnedHeaders implements HttpHeadersFilter {

	@Override
	public boolean supports(Type type) {
		return type == Type.RESPONSE;
	}

	@Override
	public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
		HttpHeaders headers = new HttpHeaders();
		Set<String> named = ForwardedHeaders.connectionOptions(input);
		input.forEach((name, values) -> {
			String lower = name.toLowerCase(Locale.ROOT);
			if (!named.contains(lower) && ForwardedHeaders.mayLeave(lower)) {
				headers.put(name, values);
			}
		});
		return headers;
	}

}
