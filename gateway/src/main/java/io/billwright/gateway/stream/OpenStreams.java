package io.billwright.gateway.stream;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

/// How many streams who has open. Only those who have some are kept here.
final class OpenStreams {

	private final int limit;

	private final ConcurrentMap<String, Integer> open = new ConcurrentHashMap<>();

	OpenStreams(int limit) {
		this.limit = limit;
	}

	/// Counts one more, unless there are as many as there may be.
	boolean enter(String owner) {
		AtomicBoolean entered = new AtomicBoolean();
		this.open.compute(owner, (_, count) -> {
			int before = (count != null) ? count : 0;
			entered.set(before < this.limit);
			return (before < this.limit) ? Integer.valueOf(before + 1) : count;
		});
		return entered.get();
	}

	void leave(String owner) {
		this.open.computeIfPresent(owner, (_, count) -> (count > 1) ? count - 1 : null);
	}

	int of(String owner) {
		return this.open.getOrDefault(owner, 0);
	}

}
