package io.billwright.platform.messaging;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.reactivestreams.Publisher;
import org.springframework.boot.context.properties.bind.DefaultValue;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/// Pauses that double from attempt to attempt, with jitter, so that many instances do not come back at the same moment.
///
/// @param min the first pause, default 100 ms
/// @param max the longest pause, default 10 s
public record Backoff(@DefaultValue("100ms") Duration min, @DefaultValue("10s") Duration max) {

	private static final int DOUBLINGS_LIMIT = 20;

	/// Refuses pauses that are none.
	public Backoff {
		if (min.toMillis() < 1 || max.compareTo(min) < 0) {
			throw new IllegalArgumentException("billwright.messaging.backoff needs 1 ms <= min <= max");
		}
	}

	/// The pause after so many failures in a row (from 0): between half of the doubled pause and all of it.
	public Duration pause(long failures) {
		long doubled = Math.min(this.max.toMillis(), this.min.toMillis() << Math.min(failures, DOUBLINGS_LIMIT));
		return Duration.ofMillis(doubled - ThreadLocalRandom.current().nextLong(doubled / 2 + 1));
	}

	/// Tries again without end, until `stop` ends the pause; then the last failure is passed on.
	public Retry until(Publisher<?> stop, Consumer<Throwable> onFailure) {
		return retry((error) -> true, stop, onFailure);
	}

	/// Tries again without end.
	public Retry forever(Consumer<Throwable> onFailure) {
		return retry((error) -> true, Mono.never(), onFailure);
	}

	/// Tries again as long as the failure is one for which that makes sense.
	public Retry whenever(Predicate<Throwable> again, Consumer<Throwable> onFailure) {
		return retry(again, Mono.never(), onFailure);
	}

	private Retry retry(Predicate<Throwable> again, Publisher<?> stop, Consumer<Throwable> onFailure) {
		return Retry.from((signals) -> signals.concatMap((signal) -> {
			if (!again.test(signal.failure())) {
				return Mono.error(signal.failure());
			}
			onFailure.accept(signal.failure());
			return Mono.delay(pause(signal.totalRetriesInARow()))
					.takeUntilOther(stop)
					.switchIfEmpty(Mono.error(signal.failure()));
		}));
	}

}
