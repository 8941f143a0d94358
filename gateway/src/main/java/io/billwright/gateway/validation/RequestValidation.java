package io.billwright.gateway.validation;

import java.util.ArrayList;
import java.util.List;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import io.billwright.gateway.validation.ValidationSettings.Mode;
import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.json.MalformedJson;

/// Refuses a request that breaks the document of its service, before the service has anything to do with it, with all
/// that is wrong with it and as the service itself would. Who may ask is settled before; what the document says nothing of,
/// and bodies that are too long to be looked at in passing, are left to the service.
@Component
class RequestValidation implements GlobalFilter, Ordered {

	/// After admission, and before anything that costs a service.
	private static final int ORDER = -50;

	private final Contracts contracts;

	private final Bodies bodies;

	private final Breaches breaches;

	RequestValidation(Contracts contracts, Bodies bodies, Breaches breaches) {
		this.contracts = contracts;
		this.bodies = bodies;
		this.breaches = breaches;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
		ValidationSettings settings = this.contracts.settings();
		ServerHttpRequest request = exchange.getRequest();
		Operation operation = settings.isOn()
				? this.contracts.current().find(request.getMethod().name(), request.getURI().getRawPath())
				: null;
		if (operation == null) {
			return chain.filter(exchange);
		}
		ServerWebExchange checked = (settings.responses() == Mode.OFF)
				? exchange
				: exchange.mutate()
						.response(new ValidatedResponse(exchange.getResponse(), operation, settings, this.bodies,
								this.breaches))
						.build();
		return (settings.requests() == Mode.OFF)
				? chain.filter(checked)
				: new Check(checked, operation, settings).pass(chain);
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	/// Of one request.
	private final class Check {

		private final ServerWebExchange exchange;

		private final Operation operation;

		private final ValidationSettings settings;

		Check(ServerWebExchange exchange, Operation operation, ValidationSettings settings) {
			this.exchange = exchange;
			this.operation = operation;
			this.settings = settings;
		}

		Mono<Void> pass(GatewayFilterChain chain) {
			ServerHttpRequest request = this.exchange.getRequest();
			String nothing = this.operation.nothing(request.getURI().getRawPath());
			if (nothing != null) {
				refuse(new NotFound("resource", nothing), "path");
			}
			List<FieldError> problems = this.operation.problems(request.getURI().getRawQuery());
			RequestBody body = this.operation.body();
			if (body != null && request.getHeaders().containsHeader("Content-Type")) {
				requireType(body, request);
				if (body.isReadable(request.getHeaders(), this.settings.bodyLimit().toBytes())) {
					return DataBufferUtils.join(request.getBody())
							.<ServerHttpRequest>map((whole) -> checked(request, whole, body, problems))
							.defaultIfEmpty(request)
							.flatMap((whole) -> pass(whole, chain));
				}
			}
			refuseAny(problems);
			return chain.filter(this.exchange);
		}

		private Mono<Void> pass(ServerHttpRequest request, GatewayFilterChain chain) {
			Mono<Void> passed = chain.filter(this.exchange.mutate().request(request).build());
			return (request instanceof WholeBody whole) ? passed.doFinally((end) -> whole.release()) : passed;
		}

		private void requireType(RequestBody body, ServerHttpRequest request) {
			try {
				body.requireType(request.getHeaders());
			}
			catch (UnsupportedMediaTypeStatusException ex) {
				refuse(ex, "content-type");
			}
		}

		private WholeBody checked(ServerHttpRequest request, DataBuffer whole, RequestBody body,
				List<FieldError> problems) {
			WholeBody kept = new WholeBody(request, whole);
			try {
				refuseAny(problems(whole, body, problems));
				return kept;
			}
			catch (RuntimeException ex) {
				kept.release();
				throw ex;
			}
		}

		private List<FieldError> problems(DataBuffer whole, RequestBody body, List<FieldError> others) {
			List<FieldError> problems = new ArrayList<>(others);
			try {
				JsonNode tree = RequestValidation.this.bodies.read(whole);
				if (tree != null) {
					problems.addAll(body.problems(tree));
				}
			}
			catch (MalformedJson ex) {
				refuse(ex, "body");
			}
			return problems;
		}

		private void refuseAny(List<FieldError> problems) {
			if (!problems.isEmpty()) {
				refuse(new Invalid(problems), problems.stream().map(FieldError::field).toList());
			}
		}

		private void refuse(RuntimeException failure, String part) {
			refuse(failure, List.of(part));
		}

		private void refuse(RuntimeException failure, List<String> what) {
			boolean refused = this.settings.requests() == Mode.REFUSE;
			RequestValidation.this.breaches.record(this.operation, "request", refused, what);
			if (refused) {
				throw failure;
			}
		}

	}

}
