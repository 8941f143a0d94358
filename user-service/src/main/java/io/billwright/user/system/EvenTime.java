package io.billwright.user.system;

import java.time.Duration;

import reactor.core.publisher.Mono;

/// Answers after the same time whatever was found, so that the time does not tell whether an e-mail address is known.
public final class EvenTime {

	/// Longer than the work takes unless the system is overloaded.
	private static final Duration TIME = Duration.ofMillis(300);

	private EvenTime() {
	}

	/// Completes when the work is done, and not before the time is over.
	public static Mono<Void> of(Mono<Void> work) {
		return Mono.when(work, Mono.delay(TIME));
	}

}
