package io.billwright.analytics.retention;

import java.net.URI;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/// How long single events are kept.
///
/// @param months whole months before the current one whose events stay in the shards, by acceptance; default 13. At least 2: a
/// key stands for one event for 35 days
/// @param archive a directory that all instances share, as a path, or `s3://bucket/prefix`; without it nothing is archived or
/// dropped by itself
/// @param s3 how to reach the bucket
/// @param interval how often each shard is looked at, default 1 h
/// @param restoredFor how long a restored month stays, default 7 days
/// @param chunk sequence numbers whose events are read at once, default 2,000; an event has 300 bytes as a rule and 120 KB at the
/// most
/// @param stepTimeout how long one statement over a whole month may run, default 1 h
/// @param patience how long a month that cannot be dropped or attached because its table is being read is tried again, default
/// 10 min. One try keeps others waiting for 200 ms
@ConfigurationProperties("billwright.usage.retention")
record RetentionSettings(@DefaultValue("13") int months, @Nullable String archive, @DefaultValue S3 s3,
		@DefaultValue("1h") Duration interval, @DefaultValue("7d") Duration restoredFor,
		@DefaultValue("2000") int chunk, @DefaultValue("1h") Duration stepTimeout,
		@DefaultValue("10m") Duration patience) {

	RetentionSettings {
		Assert.isTrue(months >= 2, "billwright.usage.retention.months must be at least 2");
		Assert.isTrue(chunk > 0, "billwright.usage.retention.chunk must be positive");
		Assert.isTrue(
				interval.isPositive() && restoredFor.isPositive() && stepTimeout.isPositive() && patience.isPositive(),
				"the durations of billwright.usage.retention must be positive");
	}

	/// @param endpoint of a store that speaks like S3, as `https://minio:9000`; without it, AWS. Buckets are in the path there
	/// @param region of the bucket, default `us-east-1`
	/// @param timeout how long a connection, and an answer, may take; default 1 min
	record S3(@Nullable URI endpoint, @DefaultValue("us-east-1") String region,
			@DefaultValue("1m") Duration timeout) {}

	Keeping keeping() {
		return new Keeping(this.months);
	}

	boolean isArchiving() {
		return (this.archive != null) && !this.archive.isBlank();
	}

}
