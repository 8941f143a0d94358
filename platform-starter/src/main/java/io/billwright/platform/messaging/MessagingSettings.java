package io.billwright.platform.messaging;

import java.time.Duration;
import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// The limits of events going out and coming in.
///
/// @param outbox events going out
/// @param topics topics that are created when they are missing
/// @param consumer events coming in
/// @param inbox the memory of handled events
/// @param backoff pauses between attempts while something is down
/// @param client properties of the Kafka project handed to every producer, consumer and admin client, for example
/// `security.protocol`; empty by default
@ConfigurationProperties("billwright.messaging")
record MessagingSettings(@DefaultValue Outbox outbox, @DefaultValue Topics topics, @DefaultValue Consumer consumer,
		@DefaultValue Inbox inbox, @DefaultValue Backoff backoff, @DefaultValue Map<String, String> client) {

	/// @param batchRows events published in one transaction at the most, default 500
	/// @param batchSize a batch is full when its JSON reaches this size, default 4 MB
	/// @param maxEventSize JSON of one event at the most, default 512 KB; a larger one fails the write that records it
	/// @param pollInterval how long an event waits at the most when its notification was lost, default 5 s
	/// @param publishTimeout how long the broker may take to acknowledge a batch, default 30 s; then it is sent again
	/// @param drainTimeout how long a shutdown waits for the batch in work, default 5 s; then the batch is given up, in at
	/// most 2 s more, and published again after the next start. Both together must stay below
	/// `spring.lifecycle.timeout-per-shutdown-phase`
	/// @param measureInterval how often the backlog is measured, default 10 s
	record Outbox(@DefaultValue("500") int batchRows, @DefaultValue("4MB") DataSize batchSize,
			@DefaultValue("512KB") DataSize maxEventSize, @DefaultValue("5s") Duration pollInterval,
			@DefaultValue("30s") Duration publishTimeout, @DefaultValue("5s") Duration drainTimeout,
			@DefaultValue("10s") Duration measureInterval) {

		Outbox {
			atLeast("outbox.batch-rows", batchRows, 1);
			atLeast("outbox.max-event-size", maxEventSize.toBytes(), 1024);
		}

	}

	/// @param partitions of a new topic, default 6; raising it later moves keys to other partitions
	/// @param replicationFactor of a new topic, default -1: what the broker is configured for
	/// @param minCompactionLag how long at least a superseded event stays readable, default 7 days
	/// @param maxCompactionLag how long at most one stays that the broker could delete, default 30 days: within a month of a
	/// request nobody's erased data are left (GDPR article 12)
	/// @param deadLetterRetention how long a dead letter waits to be replayed, default 90 days
	/// @param timeout of one administrative request, default 10 s
	record Topics(@DefaultValue("6") int partitions, @DefaultValue("-1") short replicationFactor,
			@DefaultValue("7d") Duration minCompactionLag, @DefaultValue("30d") Duration maxCompactionLag,
			@DefaultValue("90d") Duration deadLetterRetention, @DefaultValue("10s") Duration timeout) {

		Topics {
			atLeast("topics.partitions", partitions, 1);
			atLeast("topics.max-compaction-lag", maxCompactionLag.toMillis(), minCompactionLag.toMillis());
		}

	}

	/// @param lanes events handled at the same time at the most, default 8; each holds a database connection while it
	/// works, so stay below the size of the pool
	/// @param buffer events received and not yet handled at the most, default 512; then the partitions are paused
	/// @param fetchRecords events fetched at once at the most, default 200
	/// @param commitInterval how often offsets are committed, default 500 ms
	/// @param attempts how often a handler is tried before its event becomes a dead letter, default 5; attempts that
	/// fail because something is down are not counted and have no limit
	/// @param handlerTimeout of one attempt, default 60 s
	/// @param drainTimeout how long a rebalance or a shutdown waits for events in work, default 15 s; what is not ready
	/// by then is delivered again. A shutdown takes at most 3 s more to leave the group, together less than
	/// `spring.lifecycle.timeout-per-shutdown-phase`
	/// @param sessionTimeout how long an instance may be silent before its partitions are given to others, and its successor
	/// waits for them, default 45 s; brokers accept no less than 6 s unless told otherwise
	/// @param lagInterval how often the lag is measured, and so the precision of `as_of`, default 1 s
	record Consumer(@DefaultValue("8") int lanes, @DefaultValue("512") int buffer,
			@DefaultValue("200") int fetchRecords, @DefaultValue("500ms") Duration commitInterval,
			@DefaultValue("5") int attempts, @DefaultValue("60s") Duration handlerTimeout,
			@DefaultValue("15s") Duration drainTimeout, @DefaultValue("45s") Duration sessionTimeout,
			@DefaultValue("1s") Duration lagInterval) {

		Consumer {
			atLeast("consumer.lanes", lanes, 1);
			atLeast("consumer.buffer", buffer, lanes);
			atLeast("consumer.fetch-records", fetchRecords, 1);
			atLeast("consumer.attempts", attempts, 1);
		}

	}

	/// @param retention how long an event is known as handled, default 14 days; must exceed any redelivery
	/// @param cleanupInterval how often older notes are deleted, default 10 minutes
	/// @param cleanupBatch notes deleted in one transaction at the most, default 5,000
	record Inbox(@DefaultValue("14d") Duration retention, @DefaultValue("10m") Duration cleanupInterval,
			@DefaultValue("5000") int cleanupBatch) {

		Inbox {
			atLeast("inbox.cleanup-batch", cleanupBatch, 1);
		}

	}

	private static void atLeast(String name, long value, long minimum) {
		if (value < minimum) {
			throw new IllegalArgumentException(
					"billwright.messaging.%s is %d and must be at least %d".formatted(name, value, minimum));
		}
	}

}
