package io.billwright.analytics.ingest;

import java.time.Duration;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why a request with events is refused as a whole. Nothing of it is acknowledged.
abstract sealed class IngestFailure extends Failure {

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private IngestFailure(Kind kind, String code, String detail) {
		super(kind, code, detail);
	}

	/// More events than one request may have.
	static final class TooManyEvents extends IngestFailure {

		TooManyEvents(int limit) {
			super(Kind.TOO_LARGE, "too_many_events",
					"A request may have at most %d events. Send the others with another one.".formatted(limit));
		}

	}

	/// Kafka, or this instance, takes no more at the moment. Which of the events arrived is unknown; repeated with the same
	/// keys, each counts once.
	static final class IntakeUnavailable extends IngestFailure {

		IntakeUnavailable() {
			super(Kind.UNAVAILABLE, "usage_intake_unavailable",
					"Events cannot be taken in at the moment. Send all of them again with the same idempotency keys.");
		}

		@Override
		public Duration retryAfter() {
			return RETRY_AFTER;
		}

	}

	/// The instance, or the organization's shard, has as many live tails open as it may have.
	static final class TooManyTails extends IngestFailure {

		TooManyTails(int limit) {
			super(Kind.RATE_LIMITED, "too_many_streams",
					"At most %d live tails are open at the same time. Close one, or try again later.".formatted(limit));
		}

		@Override
		public Duration retryAfter() {
			return RETRY_AFTER;
		}

	}

}
