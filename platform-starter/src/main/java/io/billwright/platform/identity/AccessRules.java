package io.billwright.platform.identity;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfoHandlerMapping;

import io.billwright.platform.failure.Failure;

/// The rules of all handlers. A handler of ours without a rule stops the start: access is decided, never forgotten.
public final class AccessRules implements SmartInitializingSingleton {

	private static final String OURS = "io.billwright.";

	private final List<RequestMappingInfoHandlerMapping> mappings;

	private final Map<Method, AccessRule> rules = new ConcurrentHashMap<>();

	AccessRules(List<RequestMappingInfoHandlerMapping> mappings) {
		this.mappings = List.copyOf(mappings);
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<String> open = this.mappings.stream()
				.flatMap((mapping) -> mapping.getHandlerMethods().values().stream())
				.filter(AccessRules::isOurs)
				.filter((handler) -> AccessRule.of(handler.getMethod()) == null)
				.map(HandlerMethod::toString)
				.toList();
		if (!open.isEmpty()) {
			throw new IllegalStateException(
					"Handlers without @RequiresScope, @Authenticated, @Public, @OperatorOnly or @ServiceOnly: " + open);
		}
	}

	/// The reason to refuse the caller of a context this handler, or `null` where it may pass.
	public @Nullable Failure refusal(HandlerMethod handler, @Nullable Caller caller) {
		if (!isOurs(handler)) {
			return null;
		}
		if (caller == null) {
			return new AccessFailure.Unauthenticated();
		}
		return this.rules.computeIfAbsent(handler.getMethod(), AccessRules::rule).refusal(caller);
	}

	/// Whether a handler is one of the platform's own.
	public static boolean isOurs(HandlerMethod handler) {
		return handler.getBeanType().getName().startsWith(OURS);
	}

	private static AccessRule rule(Method method) {
		@Nullable
		AccessRule rule = AccessRule.of(method);
		return (rule != null) ? rule : (caller) -> new AccessFailure.InsufficientScope("none");
	}

}
