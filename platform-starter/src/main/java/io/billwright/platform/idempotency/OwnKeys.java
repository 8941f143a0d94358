package io.billwright.platform.idempotency;

import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.reactive.result.method.RequestMappingInfoHandlerMapping;

/// Knows the requests that go to handlers with [OwnIdempotency].
final class OwnKeys {

	private final Supplier<Set<String>> operations;

	/// @param mappings asked at the first request, as they are made from filters like ours
	OwnKeys(ObjectProvider<RequestMappingInfoHandlerMapping> mappings) {
		this.operations = SingletonSupplier.of(() -> mappings.stream()
				.flatMap(OwnKeys::operations)
				.collect(Collectors.toUnmodifiableSet()));
	}

	boolean are(ServerHttpRequest request) {
		return this.operations.get().contains(operation(request.getMethod().name(), request.getPath().value()));
	}

	private static Stream<String> operations(RequestMappingInfoHandlerMapping mapping) {
		return mapping.getHandlerMethods()
				.entrySet()
				.stream()
				.filter((handler) -> handler.getValue().hasMethodAnnotation(OwnIdempotency.class))
				.flatMap((handler) -> handler.getKey()
						.getMethodsCondition()
						.getMethods()
						.stream()
						.flatMap((method) -> handler.getKey()
								.getDirectPaths()
								.stream()
								.map((path) -> operation(method.name(), path))));
	}

	private static String operation(String method, String path) {
		return method + ' ' + path;
	}

}
