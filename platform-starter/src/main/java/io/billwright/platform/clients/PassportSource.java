package io.billwright.platform.clients;

import reactor.core.publisher.Mono;

/// Where a named client takes the passport from that it shows. A service passes the current caller's on; the gateway,
/// which makes them, replaces this bean by one that also speaks for itself.
@FunctionalInterface
public interface PassportSource {

	/// The passport of the current work; empty where there is none, and then none is sent.
	Mono<String> passport();

}
