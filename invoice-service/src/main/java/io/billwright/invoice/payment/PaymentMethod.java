package io.billwright.invoice.payment;

import java.util.Locale;

/// How money was received.
public enum PaymentMethod {

	BANK_TRANSFER, CARD, DIRECT_DEBIT, CASH, CHECK, OTHER;

	/// How JSON and the database write it, for example `bank_transfer`.
	public String code() {
		return name().toLowerCase(Locale.ROOT);
	}

	static PaymentMethod of(String code) {
		return valueOf(code.toUpperCase(Locale.ROOT));
	}

}
