package io.billwright.system;

import java.time.Duration;
import java.util.function.Supplier;

/// Waits for what happens a moment later.
final class Eventually {

	private static final Duration PAUSE = Duration.ofMillis(200);

	private Eventually() {
	}

	/// Repeats a claim until it holds, and fails with its last failure when the time is over.
	static <T> T within(Duration limit, Supplier<T> claim) {
		long deadline = System.nanoTime() + limit.toNanos();
		while (true) {
			try {
				return claim.get();
			}
			catch (AssertionError notYet) {
				if (System.nanoTime() > deadline) {
					throw notYet;
				}
				pause();
			}
		}
	}

	private static void pause() {
		try {
			Thread.sleep(PAUSE);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
