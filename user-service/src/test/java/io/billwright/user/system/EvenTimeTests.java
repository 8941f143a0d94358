package io.billwright.user.system;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class EvenTimeTests {

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	@Test
	void answerWhenTheWorkIsQuickOrSlowThenTakesTheSameTime() {
		completesAfter(Duration.ofMillis(300), Duration.ZERO);
		completesAfter(Duration.ofMillis(300), Duration.ofMillis(200));
	}

	@Test
	void answerWhenTheWorkTakesLongerThenWaitsForIt() {
		completesAfter(Duration.ofSeconds(1), Duration.ofSeconds(1));
	}

	private static void completesAfter(Duration time, Duration work) {
		StepVerifier.withVirtualTime(() -> EvenTime.of(Mono.delay(work).then()))
				.expectSubscription()
				.expectNoEvent(time.minusMillis(1))
				.thenAwait(Duration.ofMillis(1))
				.expectComplete()
				.verify(PATIENCE);
	}

}
