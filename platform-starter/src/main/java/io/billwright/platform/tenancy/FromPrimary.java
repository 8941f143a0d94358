package io.billwright.platform.tenancy;

import java.util.function.UnaryOperator;

import reactor.util.context.Context;

/// Reads that must see what was committed a moment ago: they are not sent to a replica, which may not have it yet.
public enum FromPrimary {

	ON;

	/// For `contextWrite`: everything upstream is read from the primary.
	public static UnaryOperator<Context> bind() {
		return (context) -> context.put(FromPrimary.class, ON);
	}

}
