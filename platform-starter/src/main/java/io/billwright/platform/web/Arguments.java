package io.billwright.platform.web;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.BindingContext;
import org.springframework.web.reactive.result.method.HandlerMethodArgumentResolver;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.json.Texts;
import io.billwright.platform.problem.Problems;
import io.billwright.platform.validation.Constraints;

/// Resolves the arguments of a handler. Spring stops at the first that it cannot resolve, and checks constraints only
/// when it could resolve them all; here every problem of the path, the query, the headers and the body is told at once.
final class Arguments {

	private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

	private final List<HandlerMethodArgumentResolver> resolvers;

	private final Map<MethodParameter, HandlerMethodArgumentResolver> known = new ConcurrentHashMap<>();

	private final Constraints constraints;

	Arguments(List<HandlerMethodArgumentResolver> resolvers, Constraints constraints) {
		this.resolvers = List.copyOf(resolvers);
		this.constraints = constraints;
	}

	/// The arguments in their order; fails with [Invalid] naming every problem. What single fields are not to blame for,
	/// such as a path that names nothing or a body that is not JSON, is told alone, and nothing after it is read.
	Mono<@Nullable Object[]> resolve(HandlerMethod handler, BindingContext binding, ServerWebExchange exchange) {
		return Mono.defer(() -> {
			List<FieldError> problems = new ArrayList<>();
			return Flux.fromArray(handler.getMethodParameters())
					.concatMap((parameter) -> resolve(parameter, binding, exchange)
							.onErrorResume((error) -> collect(error, problems)))
					.collectList()
					.map((values) -> checked(handler, values, problems));
		});
	}

	private Mono<Optional<Object>> resolve(MethodParameter parameter, BindingContext binding,
			ServerWebExchange exchange) {
		parameter.initParameterNameDiscovery(NAMES);
		return Mono.defer(() -> resolver(parameter).resolveArgument(parameter, binding, exchange))
				.doOnNext((value) -> refuseNothing(parameter, value))
				.map(Optional::of)
				.defaultIfEmpty(Optional.empty());
	}

	private HandlerMethodArgumentResolver resolver(MethodParameter parameter) {
		return this.known.computeIfAbsent(parameter, (it) -> this.resolvers.stream()
				.filter((resolver) -> resolver.supportsParameter(it))
				.findFirst()
				.orElseThrow(() -> new IllegalStateException("No handler takes arguments like " + it)));
	}

	/// Nothing that cannot be kept, wherever the text comes from; bodies are checked as they are read. A blank word in a list
	/// of enums is `null` to the framework.
	private static void refuseNothing(MethodParameter parameter, Object value) {
		boolean text = (value instanceof String) || (value instanceof Collection<?>);
		if (text && !Texts.canBeKept(value.toString())) {
			throw new Invalid(Constraints.name(parameter), "malformed", Texts.CANNOT_BE_KEPT);
		}
		if (value instanceof Collection<?> values && values.stream().anyMatch(Objects::isNull)) {
			throw new Invalid(Constraints.name(parameter), "malformed", "must not contain an empty value");
		}
	}

	private static Mono<Optional<Object>> collect(Throwable error, List<FieldError> problems) {
		List<FieldError> fields = Problems.fields(error);
		problems.addAll(fields);
		return fields.isEmpty() ? Mono.error(error) : Mono.just(Optional.empty());
	}

	private @Nullable Object[] checked(HandlerMethod handler, List<Optional<Object>> values,
			List<FieldError> problems) {
		@Nullable
		Object[] arguments = values.stream().map((value) -> value.orElse(null)).toArray();
		List<String> told = problems.stream().map(FieldError::field).toList();
		this.constraints.violations(handler, arguments)
				.stream()
				.filter((error) -> !told.contains(error.field()))
				.forEach(problems::add);
		if (!problems.isEmpty()) {
			throw new Invalid(problems);
		}
		return arguments;
	}

}
