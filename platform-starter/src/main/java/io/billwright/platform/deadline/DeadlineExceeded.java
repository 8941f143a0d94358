package io.billwright.platform.deadline;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// The time is over that the caller allowed. Whether what was asked has been done is not known.
public final class DeadlineExceeded extends Failure {

	DeadlineExceeded() {
		super(Kind.TOO_LATE, "deadline_exceeded",
				"There was no answer within X-Request-Timeout. Whether what was asked has been done is not known.");
	}

}
