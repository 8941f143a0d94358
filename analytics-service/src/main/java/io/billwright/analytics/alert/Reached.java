package io.billwright.analytics.alert;

import java.math.BigDecimal;
import java.time.Instant;

import io.billwright.analytics.customer.CustomerId;

/// A level that was reached. It stays so, whatever becomes of the figure.
///
/// @param figure what was seen: of a level in percent, the share of what is granted that was used
/// @param periodEnd not included
/// @param at when it was seen
record Reached(ReachedId id, AlertId alert, CustomerId customer, Level level, BigDecimal figure, Instant periodStart,
		Instant periodEnd, Instant at) {}
