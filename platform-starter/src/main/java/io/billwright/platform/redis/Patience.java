package io.billwright.platform.redis;

import java.time.Duration;

import reactor.core.publisher.Mono;

/// Waits for Redis, but not for ever.
public final class Patience {

	private Patience() {
	}

	/// Fails with [TimeoutException] where the answer does not come in time. Cold.
	///
	/// The driver (Lettuce 7.5.2) is not told: when its answer comes in the very moment in which it is cancelled, cancelling
	/// can fail inside of [Mono#timeout(Duration)], and whoever waits hears of neither, for ever.
	public static <T> Mono<T> atMost(Duration limit, Mono<T> answer) {
		return Mono.deferContextual(
				(context) -> Mono.fromFuture(answer.contextWrite(context).materialize().toFuture(), true))
				.timeout(limit)
				.dematerialize();
	}

}
