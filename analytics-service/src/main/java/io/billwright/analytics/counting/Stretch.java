package io.billwright.analytics.counting;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

import io.billwright.analytics.usage.Bucket;

/// Whole buckets without a gap.
final class Stretch {

	private final Instant start;

	private Instant end;

	private Stretch(Instant start, Instant end) {
		this.start = start;
		this.end = end;
	}

	/// The buckets that the moments lie in, as few stretches as there can be.
	static List<Stretch> of(Collection<Instant> moments, Bucket width) {
		List<Stretch> stretches = new ArrayList<>();
		moments.stream().map(width::startOf).distinct().sorted().forEach((start) -> {
			if (!stretches.isEmpty() && stretches.getLast().end.equals(start)) {
				stretches.getLast().end = width.endOf(start);
			}
			else {
				stretches.add(new Stretch(start, width.endOf(start)));
			}
		});
		return stretches;
	}

	/// Binds the starts at one place and the ends at the next.
	static GenericExecuteSpec bind(GenericExecuteSpec statement, int at, List<Stretch> stretches) {
		return statement.bind(at, stretches.stream().map(Stretch::start).toArray(Instant[]::new))
				.bind(at + 1, stretches.stream().map(Stretch::end).toArray(Instant[]::new));
	}

	Instant start() {
		return this.start;
	}

	/// Not included.
	Instant end() {
		return this.end;
	}

}
