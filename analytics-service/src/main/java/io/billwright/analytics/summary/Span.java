package io.billwright.analytics.summary;

import java.time.Duration;
import java.time.Instant;

/// A stretch of time.
///
/// @param start included
/// @param end not included, after the start
public record Span(Instant start, Instant end) {

	Duration length() {
		return Duration.between(this.start, this.end);
	}

}
