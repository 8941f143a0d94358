package io.billwright.analytics.wire;

import io.billwright.analytics.usage.UsageEvent;

/// The topics of usage events. Each shard has its own, so that a slow one stands still alone.
public final class UsageTopics {

	/// Records that cannot be counted, with the cause in their headers.
	public static final String DEAD = "usage-events-dead";

	/// Header of a dead record: why, without any of its data.
	public static final String CAUSE = "dead-letter-cause";

	/// Header of a dead record: `topic-partition@offset` of where it came from.
	public static final String ORIGIN = "dead-letter-origin";

	private UsageTopics() {
	}

	/// The topic of a shard's events.
	public static String ofShard(int shard) {
		return "usage-events-" + shard;
	}

	/// The key of an event's record: the events of one customer stay in order.
	public static String keyOf(UsageEvent event) {
		return event.organization() + (event.live() ? ":live:" : ":test:") + event.customer();
	}

}
