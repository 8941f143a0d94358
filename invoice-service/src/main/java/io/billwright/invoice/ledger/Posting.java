package io.billwright.invoice.ledger;

import io.billwright.platform.money.Money;

/// One side of an entry.
///
/// @param amount a debit above zero or a credit below
public record Posting(Account account, Money amount) {

	/// Amount on the left side.
	public static Posting debit(Account account, Money amount) {
		return new Posting(account, amount);
	}

	/// Amount on the right side.
	public static Posting credit(Account account, Money amount) {
		return new Posting(account, amount.negate());
	}

	Posting reversed() {
		return new Posting(this.account, this.amount.negate());
	}

}
