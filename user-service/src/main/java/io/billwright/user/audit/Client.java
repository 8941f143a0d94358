package io.billwright.user.audit;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/// From where a request came. It travels in the Reactor context.
///
/// @param address the IP address as the gateway saw it
public record Client(@Nullable String address, @Nullable String userAgent, @Nullable String requestId) {

	static final Client UNKNOWN = new Client(null, null, null);

	/// The client of the current request; an unknown one outside of a request.
	public static Mono<Client> current() {
		return Mono.deferContextual((context) -> Mono.just(of(context)));
	}

	static Client of(ContextView context) {
		return context.<Client>getOrEmpty(Client.class).orElse(UNKNOWN);
	}

}
