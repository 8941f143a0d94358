package io.billwright.platform.web;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.BindingContext;
import org.springframework.web.reactive.DispatchExceptionHandler;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.result.method.HandlerMethodArgumentResolver;
import org.springframework.web.reactive.result.method.InvocableHandlerMethod;
import org.springframework.web.reactive.result.method.annotation.PathVariableMethodArgumentResolver;
import org.springframework.web.reactive.result.method.annotation.RequestBodyMethodArgumentResolver;
import org.springframework.web.reactive.result.method.annotation.RequestHeaderMethodArgumentResolver;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.reactive.result.method.annotation.RequestParamMethodArgumentResolver;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.identity.AccessRules;
import io.billwright.platform.identity.Caller;
import io.billwright.platform.json.StrictJson;
import io.billwright.platform.paging.Paged;
import io.billwright.platform.validation.Constraints;

/// Calls a controller: asks its access rule first, then resolves all of its [Arguments], and afterwards adds the headers
/// that the answer's type implies. Handlers that are not ours, such as those of springdoc, are left to Spring.
final class ApiHandlerAdapter extends RequestMappingHandlerAdapter {

	/// Asked at the first request: the rules are made from the handler mappings, which come with this adapter.
	private final Supplier<@Nullable AccessRules> access;

	private final StrictJson json;

	private final Constraints constraints;

	private @Nullable Arguments arguments;

	ApiHandlerAdapter(Supplier<@Nullable AccessRules> access, StrictJson json, Constraints constraints) {
		this.access = access;
		this.json = json;
		this.constraints = constraints;
	}

	@Override
	public void afterPropertiesSet() throws Exception {
		super.afterPropertiesSet();
		ReactiveAdapterRegistry registry = Objects.requireNonNull(getReactiveAdapterRegistry());
		this.arguments = new Arguments(List.of(new RequestParamMethodArgumentResolver(null, registry, false),
				new PathVariableMethodArgumentResolver(null, registry),
				new RequestHeaderMethodArgumentResolver(null, registry),
				new RequestBodyMethodArgumentResolver(getMessageReaders(), registry), new ApiArguments(this.json)),
				this.constraints);
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
					: call(exchange, (HandlerMethod) handler)
							.map((result) -> decorate(exchange, (HandlerMethod) handler, result));
		});
	}

	private Mono<HandlerResult> call(ServerWebExchange exchange, HandlerMethod handler) {
		if ((this.arguments == null) || !AccessRules.isOurs(handler)) {
			return super.handle(exchange, handler);
		}
		BindingContext binding = new BindingContext(getWebBindingInitializer());
		return this.arguments.resolve(handler, binding, exchange)
				.flatMap((values) -> new Call(handler, values).invoke(exchange, binding));
	}

	private static HandlerResult decorate(ServerWebExchange exchange, HandlerMethod handler, HandlerResult result) {
		if (!(result.getReturnValue() instanceof Mono<?> answer)) {
			return result;
		}
		@Nullable
		SharedAnswer shared = handler.getMethodAnnotation(SharedAnswer.class);
		Mono<?> decorated = answer.flatMap((value) -> withHeaders(exchange, shared, value));
		HandlerResult withHeaders = new HandlerResult(result.getHandler(), decorated, result.getReturnTypeSource(),
				result.getBindingContext());
		@Nullable
		DispatchExceptionHandler onError = result.getExceptionHandler();
		return (onError != null) ? withHeaders.setExceptionHandler(onError) : withHeaders;
	}

	/// RFC 9213 and RFC 5861: for shared caches of ours only.
	private static void share(ServerWebExchange exchange, SharedAnswer shared) {
		String path = exchange.getRequest().getPath().pathWithinApplication().value();
		HttpHeaders headers = exchange.getResponse().getHeaders();
		headers.set("CDN-Cache-Control",
				"max-age=%d, stale-while-revalidate=30, stale-if-error=300".formatted(shared.maxAge()));
		headers.set("Cache-Tag", path.substring(path.lastIndexOf('/') + 1));
	}

	/// The value, or nothing where the client has it already.
	private static Mono<Object> withHeaders(ServerWebExchange exchange, @Nullable SharedAnswer shared, Object value) {
		if (shared != null) {
			share(exchange, shared);
		}
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

	/// A handler whose arguments are known.
	private static final class Call extends InvocableHandlerMethod {

		Call(HandlerMethod handler, @Nullable Object[] arguments) {
			super(handler);
			setArgumentResolvers(List.of(new HandlerMethodArgumentResolver() {

				@Override
				public boolean supportsParameter(MethodParameter parameter) {
					return true;
				}

				@Override
				public Mono<Object> resolveArgument(MethodParameter parameter, BindingContext binding,
						ServerWebExchange exchange) {
					return Mono.justOrEmpty(arguments[parameter.getParameterIndex()]);
				}

			}));
		}

	}

}
