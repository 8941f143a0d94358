package io.billwright.analytics.customer;

import java.time.ZoneId;

import org.jspecify.annotations.Nullable;

/// A customer, reduced to what metering asks of it.
///
/// @param externalId the organization's own id for the customer
/// @param timeZone where its days begin
/// @param archived whether it is billed no more
public record Customer(CustomerId id, @Nullable String externalId, String name, ZoneId timeZone, boolean archived) {}
