package io.billwright.analytics.allowance;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

import io.billwright.analytics.shard.ChangeMark;

/// What has been heard of changes: how often each mark changed, and until when it was known to be unchanged before. Marks
/// share places, so that it has a fixed size: three megabytes. Times are those of [System#nanoTime()].
final class ChangeBoard {

	private static final int PLACES = 1 << 18;

	private final AtomicIntegerArray versions = new AtomicIntegerArray(PLACES);

	private final AtomicLongArray unchangedUntil = new AtomicLongArray(PLACES);

	/// Grows with each change.
	int version(ChangeMark mark) {
		return this.versions.get(place(mark));
	}

	/// When the version before this one was last known to be the newest.
	long unchangedUntil(ChangeMark mark) {
		return this.unchangedUntil.get(place(mark));
	}

	void change(ChangeMark mark, long unchanged) {
		this.unchangedUntil.set(place(mark), unchanged);
		this.versions.incrementAndGet(place(mark));
	}

	private static int place(ChangeMark mark) {
		return mark.value() & (PLACES - 1);
	}

}
