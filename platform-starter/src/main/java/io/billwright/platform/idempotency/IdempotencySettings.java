package io.billwright.platform.idempotency;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How long and how much is remembered of a write that carries an `Idempotency-Key`.
///
/// @param retention how long an answer is replayed, default 48 hours, at least 24 hours
/// @param cleanupInterval how often expired answers are deleted, default 10 minutes
/// @param cleanupBatch how many of them at the most in one transaction, default 1,000 rows
@ConfigurationProperties("billwright.idempotency")
public record IdempotencySettings(@DefaultValue("48h") Duration retention,
		@DefaultValue("10m") Duration cleanupInterval, @DefaultValue("1000") int cleanupBatch) {

	public IdempotencySettings {
		if (retention.compareTo(Duration.ofHours(24)) < 0) {
			throw new IllegalArgumentException("billwright.idempotency.retention must be at least 24h");
		}
		if (cleanupBatch < 1) {
			throw new IllegalArgumentException("billwright.idempotency.cleanup-batch must be at least 1");
		}
	}

}
