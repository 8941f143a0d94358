package io.billwright.invoice.customer;

import java.time.Instant;
import java.util.Currency;

import org.jspecify.annotations.Nullable;

/// Which customers a list shows; what is `null` does not matter.
///
/// @param country of the billing address
/// @param createdFrom the earliest time of creation
/// @param createdBefore the first time of creation that is too late
/// @param text a part of the name, the e-mail address or the external id; accents and case do not matter
record CustomerFilter(@Nullable String externalId, @Nullable Boolean archived, @Nullable Currency currency,
		@Nullable String country, @Nullable Instant createdFrom, @Nullable Instant createdBefore,
		@Nullable String text) {}
