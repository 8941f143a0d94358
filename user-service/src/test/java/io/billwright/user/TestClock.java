package io.billwright.user;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/// Begins with the real time, no finer than a database keeps it, and then stands still until it is told to go on.
public final class TestClock extends Clock {

	private volatile Instant now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS);

	public void advance(Duration time) {
		this.now = this.now.plus(time);
	}

	@Override
	public Instant instant() {
		return this.now;
	}

	@Override
	public ZoneId getZone() {
		return ZoneOffset.UTC;
	}

	@Override
	public Clock withZone(ZoneId zone) {
		throw new UnsupportedOperationException();
	}

}
