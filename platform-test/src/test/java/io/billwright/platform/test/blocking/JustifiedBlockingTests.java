package io.billwright.platform.test.blocking;

import java.time.Duration;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class JustifiedBlockingTests {

	private static final Duration LIMIT = Duration.ofSeconds(10);

	@Test
	void eventLoopWhenItSleepsThenTheCallIsFound() {
		Mono.fromCallable(() -> {
			Thread.sleep(1);
			return "slept";
		})
				.subscribeOn(Schedulers.parallel())
				.as(StepVerifier::create)
				.expectErrorMatches((error) -> error instanceof BlockingOperationError
						|| error.getCause() instanceof BlockingOperationError)
				.verify(LIMIT);
	}

	@Test
	void eventLoopWhenItMakesARandomIdThenItMay() {
		Mono.fromCallable(UUID::randomUUID)
				.subscribeOn(Schedulers.parallel())
				.as(StepVerifier::create)
				.expectNextCount(1)
				.expectComplete()
				.verify(LIMIT);
	}

	@Test
	void boundedSchedulerWhenItSleepsThenItMay() {
		Mono.fromCallable(() -> {
			Thread.sleep(1);
			return "slept";
		})
				.subscribeOn(Schedulers.boundedElastic())
				.as(StepVerifier::create)
				.expectNext("slept")
				.expectComplete()
				.verify(LIMIT);
	}

}
