package io.billwright.contracts;

import java.time.Instant;
import java.time.LocalDate;

import org.jspecify.annotations.Nullable;

/// A payment that was recorded against an invoice.
///
/// @param id `pay_...`
/// @param method `bank_transfer`, `card`, `direct_debit`, `cash`, `check` or `other`
/// @param receivedOn the day the money arrived
public record PaymentSnapshot(String id, long version, String invoiceId, String customerId, MoneyAmount amount,
		String method, @Nullable String reference, LocalDate receivedOn, Instant createdAt) {}
