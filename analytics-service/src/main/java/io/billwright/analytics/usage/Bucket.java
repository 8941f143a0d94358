package io.billwright.analytics.usage;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// The widths of time that measures are kept for, in UTC. Every wider period, in any time zone, is made of them.
public enum Bucket {

	MINUTE(ChronoUnit.MINUTES),

	HOUR(ChronoUnit.HOURS);

	private final ChronoUnit width;

	Bucket(ChronoUnit width) {
		this.width = width;
	}

	/// The beginning of the bucket that the moment lies in.
	public Instant startOf(Instant moment) {
		return moment.truncatedTo(this.width);
	}

	/// The beginning of the bucket after the one that the moment lies in.
	public Instant endOf(Instant moment) {
		return startOf(moment).plus(1, this.width);
	}

}
