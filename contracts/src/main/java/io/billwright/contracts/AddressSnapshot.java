package io.billwright.contracts;

import org.jspecify.annotations.Nullable;

/// A postal address.
///
/// @param country the ISO 3166-1 alpha-2 code
public record AddressSnapshot(@Nullable String line1, @Nullable String line2, @Nullable String city,
		@Nullable String region, @Nullable String postalCode, String country) {}
