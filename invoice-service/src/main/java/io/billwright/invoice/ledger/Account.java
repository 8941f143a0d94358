package io.billwright.invoice.ledger;

import java.util.Locale;

/// The accounts of the ledger. Each currency has its own balance in each of them.
public enum Account {

	/// What customers owe. Grows by debits.
	RECEIVABLE,

	/// What was earned, without tax. Grows by credits.
	REVENUE,

	/// Tax that was billed and is owed to the state. Grows by credits.
	TAX_PAYABLE,

	/// Money received. Grows by debits.
	CASH,

	/// What was given up on. Grows by debits.
	BAD_DEBT;

	/// How JSON and the database write it, for example `tax_payable`.
	public String code() {
		return name().toLowerCase(Locale.ROOT);
	}

	static Account of(String code) {
		return valueOf(code.toUpperCase(Locale.ROOT));
	}

}
