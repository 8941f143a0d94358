package io.billwright.invoice.ledger;

import io.billwright.platform.money.Money;

/// What an account holds in one currency: the sum of its postings.
///
/// @param amount above zero where debits outweigh
record Balance(Account account, Money amount) {}
