package io.billwright.violation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/// One class per violation, and beside it what is allowed.
public final class Violations {

	public static class Blocks {

		@Nullable
		String value() {
			return Mono.just("x").block();
		}

	}

	public static class Waits {

		String value(CompletableFuture<String> future) {
			return future.join();
		}

	}

	public static class Sleeps {

		void value() throws InterruptedException {
			Thread.sleep(1);
		}

	}

	public static class Chains {

		Mono<String> value() {
			return Mono.just("x").map(String::strip);
		}

	}

	public static class Subscribes {

		void value() {
			Mono.just("x").subscribe();
		}

	}

	public static class SubscribesInItsLifecycle implements SmartLifecycle {

		@Override
		public void start() {
			Mono.just("x").subscribe();
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return false;
		}

	}

	public static class ReadsTheWall {

		Instant value() {
			return Instant.now();
		}

	}

	public static class ReadsTheMillis {

		long value() {
			return System.currentTimeMillis();
		}

	}

	public static class ReadsAClock {

		Instant value(Clock clock) {
			return Instant.now(clock);
		}

	}

	public static class KeepsADate {

		Date due = new Date(0);

	}

	public static class FloatingMoney {

		double netTotal;

	}

	public static class NothingHelper {
	}

	public static class UnlimitedTest {

		void value() {
			StepVerifier.create(Mono.just("x")).expectNext("x").verifyComplete();
		}

	}

	public static class LimitedTest {

		void value() {
			StepVerifier.create(Mono.just("x")).expectNext("x").expectComplete().verify(Duration.ofSeconds(1));
		}

	}

	private Violations() {
	}

}
