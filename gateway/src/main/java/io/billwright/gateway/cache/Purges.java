package io.billwright.gateway.cache;

import java.util.Collection;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import io.billwright.gateway.cache.Kept.Stored;

/// Remembers what was purged and when, instead of looking for it: whatever was asked for before that does not count. So an
/// answer that was on its way when its tag was purged does not count either.
final class Purges {

	/// Stands for all organizations, and for all tags.
	static final String ALL = "*";

	private final int most;

	private final LongSupplier nanoTime;

	private final Map<String, Long> purged = new ConcurrentHashMap<>();

	private final Queue<Purged> order = new ConcurrentLinkedQueue<>();

	private final AtomicInteger remembered = new AtomicInteger();

	private final AtomicLong floor;

	/// @param most how many are remembered; what was asked for before the last one that is not does not count
	Purges(int most, LongSupplier nanoTime) {
		this.most = most;
		this.nanoTime = nanoTime;
		this.floor = new AtomicLong(nanoTime.getAsLong());
	}

	/// The tag of everything at a path.
	static String path(String path) {
		return "path:" + path;
	}

	/// @param organization an id, [Key#PUBLIC] or [#ALL]
	/// @param tags or [#ALL]
	void purge(String organization, Collection<String> tags) {
		long now = this.nanoTime.getAsLong();
		if (organization.equals(ALL) && tags.contains(ALL)) {
			raise(now);
			return;
		}
		for (String tag : tags) {
			Purged one = new Purged(organization + ' ' + tag, now);
			this.purged.put(one.what, now);
			this.order.add(one);
			if (this.remembered.incrementAndGet() > this.most) {
				forgetEldest();
			}
		}
	}

	void purgeAll() {
		raise(this.nanoTime.getAsLong());
	}

	private void forgetEldest() {
		Purged eldest = this.order.poll();
		if (eldest != null) {
			this.remembered.decrementAndGet();
			raise(eldest.at);
			this.purged.remove(eldest.what, eldest.at);
		}
	}

	private void raise(long at) {
		this.floor.accumulateAndGet(at, (before, next) -> (next - before > 0) ? next : before);
	}

	/// Whether nothing of what it is about was purged since its service was asked.
	boolean isValid(Stored stored) {
		long requested = stored.requestedAt();
		if (this.floor.get() - requested >= 0) {
			return false;
		}
		if (this.purged.isEmpty()) {
			return true;
		}
		String organization = stored.key().organization();
		if (isPurged(organization, ALL, requested)) {
			return false;
		}
		for (String tag : stored.tags()) {
			if (isPurged(organization, tag, requested) || isPurged(ALL, tag, requested)) {
				return false;
			}
		}
		return true;
	}

	private boolean isPurged(String organization, String tag, long requested) {
		Long at = this.purged.get(organization + ' ' + tag);
		return at != null && at - requested >= 0;
	}

	private record Purged(String what, long at) {}

}
