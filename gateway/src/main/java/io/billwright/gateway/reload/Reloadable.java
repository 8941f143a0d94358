package io.billwright.gateway.reload;

import org.springframework.boot.context.properties.bind.Binder;

/// A part of the gateway whose configuration can change while it runs. Parts take over in the order of
/// [org.springframework.core.annotation.Order], and all of them or none.
@FunctionalInterface
public interface Reloadable {

	/// Reads and checks the new configuration. Changes nothing yet.
	///
	/// @return takes it over; must not fail
	/// @throws RuntimeException whose message says what is wrong with it
	Runnable prepare(Binder configuration);

}
