package io.billwright.contracts;

import java.time.Instant;

/// A level that a customer's usage has reached, once for each customer, level and period.
///
/// @param id `alr_...`
/// @param version 1: it never changes
/// @param alertId `alt_...`
/// @param metric the meter's slug
/// @param level as in the alert: a decimal string, or a percentage such as `80%`
/// @param figure a decimal string: what was seen; of a percentage, the share of what is granted that was used
/// @param periodEnd not included
public record UsageLevelSnapshot(String id, long version, String alertId, String customerId, String meterId,
		String metric,
		String level, String figure, Instant periodStart, Instant periodEnd, Instant reachedAt) {}
