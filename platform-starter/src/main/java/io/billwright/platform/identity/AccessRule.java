package io.billwright.platform.identity;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.NotFound;

/// What one handler method demands of its caller.
interface AccessRule {

	/// The reason to refuse the caller, or `null` where it may pass.
	@Nullable
	Failure refusal(Caller caller);

	/// The rule that the method's annotation states, or `null` where it has none.
	static @Nullable AccessRule of(Method method) {
		if (AnnotatedElementUtils.hasAnnotation(method, Public.class)) {
			return (caller) -> null;
		}
		if (AnnotatedElementUtils.hasAnnotation(method, Authenticated.class)) {
			return AccessRule::unlessMember;
		}
		if (AnnotatedElementUtils.hasAnnotation(method, ServiceOnly.class)) {
			return (caller) -> (caller.kind() == CallerKind.SERVICE) ? null : new NotFound("resource", "internal");
		}
		if (AnnotatedElementUtils.hasAnnotation(method, OperatorOnly.class)) {
			return (caller) -> (caller.kind() == CallerKind.OPERATOR) ? null : new NotFound("resource", "admin");
		}
		@Nullable
		RequiresScope scope = AnnotatedElementUtils.findMergedAnnotation(method, RequiresScope.class);
		return (scope != null) ? (caller) -> unlessAllowed(caller, scope.value()) : null;
	}

	private static @Nullable Failure unlessMember(Caller caller) {
		return (caller.tenant() != null) ? null : new AccessFailure.Unauthenticated();
	}

	private static @Nullable Failure unlessAllowed(Caller caller, String scope) {
		if (caller.tenant() == null) {
			return new AccessFailure.Unauthenticated();
		}
		return caller.may(scope) ? null : new AccessFailure.InsufficientScope(scope);
	}

}
