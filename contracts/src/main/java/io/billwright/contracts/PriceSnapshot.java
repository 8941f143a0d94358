package io.billwright.contracts;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/// What a product costs.
///
/// @param id `pri_...`
/// @param model the pricing model: `flat`, `per_unit`, ...
/// @param unitAmount a decimal string with up to 12 decimals, in the currency's major unit
/// @param status `active` or `archived`
public record PriceSnapshot(String id, long version, String productId, @Nullable String externalId,
		@Nullable String nickname, String model, String currency, String unitAmount, String status, Instant createdAt,
		Instant updatedAt) {}
