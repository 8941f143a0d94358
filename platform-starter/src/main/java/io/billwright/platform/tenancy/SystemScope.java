package io.billwright.platform.tenancy;

import java.util.function.UnaryOperator;

import reactor.util.context.Context;

/// Work above tenants: the outbox relay, bookkeeping, the look-up of a credential whose tenant is not known yet. It
/// only reaches tables whose policy names `app_system()`.
public enum SystemScope {

	ON;

	/// For `contextWrite`: everything upstream works above tenants.
	public static UnaryOperator<Context> bind() {
		return (context) -> context.put(SystemScope.class, ON);
	}

}
