package io.billwright.analytics.ingest;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import reactor.core.publisher.Mono;

/// Bounds the memory of requests that are being taken in. Whoever finds no room is turned away at once instead of waiting.
final class InWork {

	/// What a request costs besides its body.
	private static final long LEAST_BYTES = 16 * 1024;

	private final AtomicLong bytes = new AtomicLong();

	private final long limit;

	/// @param limit bytes of all bodies together
	InWork(long limit) {
		this.limit = limit;
	}

	/// Runs the work where there is room for so many bytes; one request always has room.
	<T> Mono<T> admit(long length, Supplier<Mono<T>> work) {
		return Mono.defer(() -> {
			long charge = Math.max(length, LEAST_BYTES);
			long before = this.bytes.getAndAdd(charge);
			if (before > 0 && before + charge > this.limit) {
				this.bytes.addAndGet(-charge);
				return Mono.error(IngestFailure.IntakeUnavailable::new);
			}
			return work.get().doFinally((signal) -> this.bytes.addAndGet(-charge));
		});
	}

}
