package io.billwright.analytics.shard;

import java.time.Duration;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why a shard is not asked.
abstract sealed class ShardFailure extends Failure {

	private ShardFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// The organization is not where it was thought to be.
	static final class Moved extends ShardFailure {

		Moved() {
			super(Kind.UNAVAILABLE, "usage_moving", "The organization's usage is being moved. Try again.");
		}

		@Override
		public Duration retryAfter() {
			return Duration.ofSeconds(1);
		}

	}

}
