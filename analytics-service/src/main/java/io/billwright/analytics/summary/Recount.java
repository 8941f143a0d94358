package io.billwright.analytics.summary;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.billwright.analytics.usage.Metering;
import io.billwright.analytics.usage.UsageEvent;

/// Counts single events of one customer by one definition, in one bucket.
final class Recount {

	private final Metering metering;

	private final Instant start;

	private final Tally tally;

	private final Set<Unique> values = new HashSet<>();

	private long read;

	/// @param start events before it make the level that the bucket begins with
	Recount(Metering metering, Instant start, Tally tally) {
		this.metering = metering;
		this.start = start;
		this.tally = tally;
	}

	private record Unique(String group, String value) {}

	void add(UsageEvent event) {
		boolean inside = !event.timestamp().isBefore(this.start);
		this.read += inside ? 1 : 0;
		this.metering.read(event).ifPresent((reading) -> {
			if (inside) {
				this.tally.add(0, this.metering.id(), reading.group(), reading.measure());
				String value = reading.unique();
				if ((value != null) && this.values.add(new Unique(reading.group(), value))) {
					this.tally.addUnique(-1, this.metering.id(), reading.group(), 1);
				}
			}
			else {
				this.tally.addBefore(this.metering.id(), reading.group(), reading.measure().sum());
			}
		});
	}

	/// How many events of the bucket were looked at.
	long read() {
		return this.read;
	}

	List<Series> toSeries() {
		return this.tally.toSeries();
	}

}
