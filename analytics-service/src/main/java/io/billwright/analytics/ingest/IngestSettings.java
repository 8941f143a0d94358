package io.billwright.analytics.ingest;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/// How much usage one instance takes in at the same time. What a client may send in one request is part of the API and no
/// setting.
///
/// @param threads that read events and hand them to Kafka, default 2; each waits while Kafka is slow
/// @param inWork bodies of requests that are being taken in, all together at the most, default 16 MB; then requests get 503
/// @param producerBuffer records that wait for Kafka's acknowledgement, all together at the most, default 32 MB
/// @param linger how long a record waits for others to be sent with, default 5 ms
/// @param acknowledgeTimeout how long all in-sync replicas may take to have a request's records, default 5 s; then it gets 503
/// @param recentKeys idempotency keys whose repetition is answered with `duplicate` at once, default 131,072 (rounded up to
/// a power of two), of 40 bytes each. A repetition that is not answered so is found by the store
/// @param targetsLife how long customers are remembered with where their events go, default 10 s
/// @param inbound whether events are read from the topic `usage-events-inbound`, default true
/// @param tails live tails that are open at the same time at the most, default 10; each reads all of its organization's shards
@ConfigurationProperties("billwright.usage.ingest")
record IngestSettings(@DefaultValue("2") int threads, @DefaultValue("16MB") DataSize inWork,
		@DefaultValue("32MB") DataSize producerBuffer, @DefaultValue("5ms") Duration linger,
		@DefaultValue("5s") Duration acknowledgeTimeout, @DefaultValue("131072") int recentKeys,
		@DefaultValue("10s") Duration targetsLife, @DefaultValue("true") boolean inbound,
		@DefaultValue("10") int tails) {

	IngestSettings {
		Assert.isTrue(threads > 0 && recentKeys > 0 && tails >= 0, "threads, recent-keys: must be positive");
		Assert.isTrue(acknowledgeTimeout.compareTo(linger.multipliedBy(2)) > 0 && acknowledgeTimeout.toMillis() >= 100,
				"acknowledge-timeout: must be at least 100 ms and more than twice of linger");
	}

}
