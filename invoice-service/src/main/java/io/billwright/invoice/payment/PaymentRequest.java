package io.billwright.invoice.payment;

import java.time.LocalDate;

import jakarta.validation.constraints.NotNull;

import org.jspecify.annotations.Nullable;

import io.billwright.invoice.validation.Text;
import io.billwright.platform.money.Money;

/// Money that was received.
///
/// @param method `other` where it is left out
/// @param receivedOn today where it is left out
record PaymentRequest(@NotNull Money amount, @Nullable PaymentMethod method,
		@Nullable @Text(max = 255) String reference, @Nullable LocalDate receivedOn) {}
