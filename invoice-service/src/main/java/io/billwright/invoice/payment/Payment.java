package io.billwright.invoice.payment;

import java.time.Instant;
import java.time.LocalDate;

import org.jspecify.annotations.Nullable;

import io.billwright.invoice.customer.CustomerId;
import io.billwright.invoice.issuing.InvoiceId;
import io.billwright.platform.money.Money;

/// Money that was received for an invoice. Never changes.
///
/// @param reference what the bank statement or the provider calls it
/// @param receivedOn the day the money arrived
public record Payment(PaymentId id, InvoiceId invoice, CustomerId customer, Money amount, PaymentMethod method,
		@Nullable String reference, LocalDate receivedOn, Instant createdAt) {}
