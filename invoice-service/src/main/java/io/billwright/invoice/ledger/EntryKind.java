package io.billwright.invoice.ledger;

import java.util.Locale;

/// What an entry was made for. One thing has at most one entry of a kind, so nothing is booked twice.
public enum EntryKind {

	/// An invoice was issued: receivable to revenue and tax payable.
	INVOICE_FINALIZED,

	/// A payment arrived: cash to receivable.
	PAYMENT_RECEIVED,

	/// An invoice was taken back: the reverse of its `invoice_finalized`.
	INVOICE_VOIDED,

	/// The rest of an invoice was given up on: bad debt to receivable.
	INVOICE_WRITTEN_OFF;

	/// How JSON and the database write it, for example `payment_received`.
	public String code() {
		return name().toLowerCase(Locale.ROOT);
	}

	static EntryKind of(String code) {
		return valueOf(code.toUpperCase(Locale.ROOT));
	}

}
