package io.billwright.gateway.limit;

import java.util.Map;
import java.util.Objects;

import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/// What a service says that a request cost. Clients never see it, as nothing that begins with `X-Billwright-`.
public final class ToldCost {

	private static final String HEADER = "X-Billwright-Cost";

	/// The exchange's attribute with what was told.
	private static final String TOLD = ToldCost.class.getName();

	/// No answer has come.
	private static final Object UNANSWERED = new Object();

	private ToldCost() {
	}

	/// Reads it from a service's answer, where anybody waits for it.
	public static void read(HttpHeaders answer, ServerWebExchange exchange) {
		Map<String, Object> attributes = exchange.getAttributes();
		if (attributes.containsKey(TOLD)) {
			attributes.put(TOLD, Objects.requireNonNullElse(answer.get(HEADER), ""));
		}
	}

	/// Waits for the answer.
	static void await(ServerWebExchange exchange) {
		exchange.getAttributes().put(TOLD, UNANSWERED);
	}

	/// What was told, or `null` where no answer has come.
	static @Nullable String of(ServerWebExchange exchange) {
		return (exchange.getAttribute(TOLD) instanceof String told) ? told : null;
	}

}
