package io.billwright.analytics.counting;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

import io.billwright.platform.messaging.Backoff;

/// How events are counted. Every limit is one for each shard.
///
/// @param group consumer group, to which the shard's number is added; default `usage`
/// @param partitions of a shard's topic when it is created, default 3; raising it later moves customers to other partitions
/// @param retention how long the topic keeps an event, default 7 days; longer than a shard is ever down
/// @param batchEvents events counted in one transaction at the most, default 5,000
/// @param batchSize of their records at the most, default 2 MB; several batches of it are held in memory
/// @param batchWait how long the broker waits for a batch to fill, default 900 ms: longer means fewer rows for each event,
/// shorter means that an event is seen earlier
/// @param compactionInterval how often finished hours are looked for, default 1 min
/// @param compactionDelay how long after its end an hour is finished, default 5 min; later events cost one row more
/// @param backfillEvents past events that are read in one transaction for a new meter, default 10,000
/// @param measureInterval how often the lag is measured, and so the precision of `as_of`, default 1 s
/// @param drainTimeout how long a shutdown waits for the batches in work, default 5 s; what is not done then is rolled back
/// and counted after the next start
/// @param backoff pauses between attempts while a shard or the broker is down; attempts have no limit
@ConfigurationProperties("billwright.usage.counting")
record CountingSettings(@DefaultValue("usage") String group, @DefaultValue("3") int partitions,
		@DefaultValue("7d") Duration retention, @DefaultValue("5000") int batchEvents,
		@DefaultValue("2MB") DataSize batchSize, @DefaultValue("900ms") Duration batchWait,
		@DefaultValue("1m") Duration compactionInterval, @DefaultValue("5m") Duration compactionDelay,
		@DefaultValue("10000") int backfillEvents, @DefaultValue("1s") Duration measureInterval,
		@DefaultValue("5s") Duration drainTimeout, @DefaultValue Backoff backoff) {

	CountingSettings {
		Assert.isTrue(partitions > 0, "billwright.usage.counting.partitions must be positive");
		Assert.isTrue(batchEvents > 0, "billwright.usage.counting.batch-events must be positive");
		Assert.isTrue(backfillEvents > 0, "billwright.usage.counting.backfill-events must be positive");
		Assert.isTrue(batchSize.toBytes() >= 1 << 16, "billwright.usage.counting.batch-size must be at least 64 KB");
		Assert.isTrue(!batchWait.isNegative(), "billwright.usage.counting.batch-wait must not be negative");
		Assert.isTrue(compactionInterval.isPositive() && !compactionDelay.isNegative() && measureInterval.isPositive(),
				"the intervals of billwright.usage.counting must be positive");
	}

}
