package io.billwright.invoice.customer;

import jakarta.validation.constraints.NotNull;

import org.jspecify.annotations.Nullable;

import io.billwright.invoice.validation.CountryCode;
import io.billwright.invoice.validation.Text;

/// A postal address.
///
/// @param region the state, province or canton
/// @param country the ISO 3166-1 alpha-2 code
public record Address(@Text(max = 255) @Nullable String line1, @Text(max = 255) @Nullable String line2,
		@Text(max = 255) @Nullable String city, @Text(max = 255) @Nullable String region,
		@Text(max = 32) @Nullable String postalCode, @NotNull @CountryCode String country) {}
