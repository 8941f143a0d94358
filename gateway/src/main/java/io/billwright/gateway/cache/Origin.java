package io.billwright.gateway.cache;

import java.util.function.Function;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/// The service that a request is for.
@FunctionalInterface
public interface Origin {

	/// Asks it. Cold; completes when its answer has been dealt with.
	///
	/// @param headers what it is sent
	/// @param reception deals with its answer; by default the client gets it
	Mono<Void> ask(HttpHeaders headers, @Nullable Reception reception);

	/// What becomes of an answer.
	@FunctionalInterface
	interface Reception {

		/// Cold; completes when the answer has been dealt with. Whoever does not read the body drains it.
		///
		/// @param told its headers that clients may see, and those that caches may
		/// @param body whose parts are released once they have been looked at
		/// @param toClient gives the client the answer, with the body that passes through it
		Mono<Void> receive(int status, HttpHeaders told, ByteBufFlux body,
				Function<Flux<ByteBuf>, Mono<Void>> toClient);

	}

}
