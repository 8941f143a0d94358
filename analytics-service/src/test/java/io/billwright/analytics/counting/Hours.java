package io.billwright.analytics.counting;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

import io.billwright.analytics.shard.Shard;

/// Ends hours when a test says so.
public final class Hours {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private Hours() {
	}

	/// Compacts the hours of the shard up to the moment, also while others count.
	public static void finish(Shard shard, Instant until) {
		new Compaction(shard, Duration.ZERO, Clock.fixed(until, ZoneOffset.UTC)).run().block(LIMIT);
	}

}
