package io.billwright.platform.web;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.DispatchExceptionHandler;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.identity.AccessRules;
import io.billwright.platform.identity.Caller;
import io.billwright.platform.paging.Paged;

/// Calls a controller: asks its access rule first, and afterwards adds the headers that the answer's type implies.
final class ApiHandlerAdapter extends RequestMappingHandlerAdapter {

	/// Asked late: the rules are made from the handler mappings, which come with this adapter.
	private final Supplier<@Nullable AccessRules> access;

	ApiHandlerAdapter(Supplier<@Nullable AccessRules> access) {
		this.access = access;
	}

	@Override
	public Mono<HandlerResult> handle(ServerWebExchange exchange, Object handler) {
		return Mono.deferContextual((context) -> {
			@Nullable
			AccessRules rules = this.access.get();
			@Nullable
			Failure refusal = (rules == null)
					? null
					: rules.refusal((HandlerMethod) handler,
							context.<Caller>getOrEmpty(Caller.class).orElse(null));
			return (refusal != null)
					? Mono.error(refusal)
					: super.handle(exchange, handler).map((result) -> decorate(exchange, result));
		});
	}

	private static HandlerResult decorate(ServerWebExchange exchange, HandlerResult result) {
		if (!(result.getReturnValue() instanceof Mono<?> answer)) {
			return result;
		}
		Mono<?> decorated = answer.flatMap((value) -> withHeaders(exchange, value));
		HandlerResult withHeaders = new HandlerResult(result.getHandler(), decorated, result.getReturnTypeSource(),
				result.getBindingContext());
		@Nullable
		DispatchExceptionHandler onError = result.getExceptionHandler();
		return (onError != null) ? withHeaders.setExceptionHandler(onError) : withHeaders;
	}

	/// The value, or nothing where the client has it already.
	private static Mono<Object> withHeaders(ServerWebExchange exchange, Object value) {
		@Nullable
		Object body = (value instanceof ResponseEntity<?> entity) ? entity.getBody() : value;
		if (body instanceof Versioned versioned) {
			return tag(exchange, versioned) ? Mono.empty() : Mono.just(value);
		}
		if ((body instanceof Paged page) && (page.nextCursor() != null)) {
			link(exchange, page.nextCursor());
		}
		return Mono.just(value);
	}

	/// Whether the client's copy is current.
	private static boolean tag(ServerWebExchange exchange, Versioned versioned) {
		String tag = "\"" + versioned.version() + "\"";
		ServerHttpResponse response = exchange.getResponse();
		response.getHeaders().setETag(tag);
		boolean read = exchange.getRequest().getMethod().equals(HttpMethod.GET);
		if (read && exchange.getRequest().getHeaders().getIfNoneMatch().contains(tag)) {
			response.setStatusCode(HttpStatus.NOT_MODIFIED);
			return true;
		}
		return false;
	}

	private static void link(ServerWebExchange exchange, String cursor) {
		String next = UriComponentsBuilder.fromPath(exchange.getRequest().getPath().value())
				.queryParams(UriUtils.encodeQueryParams(exchange.getRequest().getQueryParams()))
				.replaceQueryParam("cursor", cursor)
				.build(true)
				.toUriString();
		exchange.getResponse().getHeaders().add(HttpHeaders.LINK, "<" + next + ">; rel=\"next\"");
	}

}
