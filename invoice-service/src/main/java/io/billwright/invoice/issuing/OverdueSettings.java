package io.billwright.invoice.issuing;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How invoices are found whose due date has passed.
///
/// @param interval the pause between two sweeps
/// @param batchSize invoices per transaction, from 1 to 1,000
/// @param tenantsMax tenants per sweep, at least 1; the others have their turn in the next one
@ConfigurationProperties("billwright.issuing.overdue")
record OverdueSettings(@DefaultValue("1m") Duration interval, @DefaultValue("100") int batchSize,
		@DefaultValue("10000") int tenantsMax) {

	OverdueSettings {
		if (interval.isNegative() || interval.isZero()) {
			throw new IllegalArgumentException("billwright.issuing.overdue.interval must be above zero");
		}
		if ((batchSize < 1) || (batchSize > 1_000)) {
			throw new IllegalArgumentException("billwright.issuing.overdue.batch-size must be from 1 to 1000");
		}
		if (tenantsMax < 1) {
			throw new IllegalArgumentException("billwright.issuing.overdue.tenants-max must be at least 1");
		}
	}

}
