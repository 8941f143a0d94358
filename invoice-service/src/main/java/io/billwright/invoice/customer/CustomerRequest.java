package io.billwright.invoice.customer;

import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import org.jspecify.annotations.Nullable;

import io.billwright.invoice.validation.Metadata;
import io.billwright.invoice.validation.Text;
import io.billwright.invoice.validation.TimeZoneRegion;

/// What clients say of a customer.
///
/// @param timeZone UTC when not said
/// @param paymentTermsDays 30 when not said
record CustomerRequest(@Text(max = 255) @Nullable String externalId, @NotNull @Text(max = 255) String name,
		@Email(message = "must be an e-mail address") @Size(max = 254) @Nullable String email,
		@Pattern(regexp = "\\+?[0-9 ()./-]{3,40}", message = "must be a telephone number") @Nullable String phone,
		@Valid @Nullable Address billingAddress, @Valid @Nullable Address shippingAddress,
		@Size(max = TAX_IDS_MAX) @Nullable List<@NotNull TaxId> taxIds, @NotNull Currency currency,
		@TimeZoneRegion @Nullable ZoneId timeZone,
		@Min(0) @Max(PAYMENT_TERMS_DAYS_MAX) @Nullable Integer paymentTermsDays,
		@Metadata @Nullable Map<String, String> metadata) {

	/// More registrations than any customer has.
	static final int TAX_IDS_MAX = 20;

	/// Longer terms than anybody grants.
	static final int PAYMENT_TERMS_DAYS_MAX = 365;

	private static final ZoneId UTC = ZoneId.of("UTC");

	private static final int PAYMENT_TERMS_DAYS_DEFAULT = 30;

	static CustomerRequest of(CustomerDetails details) {
		return new CustomerRequest(details.externalId(), details.name(), details.email(), details.phone(),
				details.billingAddress(), details.shippingAddress(), details.taxIds(), details.currency(),
				details.timeZone(), details.paymentTermsDays(), details.metadata());
	}

	CustomerDetails toDetails() {
		return new CustomerDetails(this.externalId, this.name, this.email, this.phone, this.billingAddress,
				this.shippingAddress, Objects.requireNonNullElse(this.taxIds, List.of()), this.currency,
				Objects.requireNonNullElse(this.timeZone, UTC),
				Objects.requireNonNullElse(this.paymentTermsDays, PAYMENT_TERMS_DAYS_DEFAULT),
				Objects.requireNonNullElse(this.metadata, Map.of()));
	}

}
