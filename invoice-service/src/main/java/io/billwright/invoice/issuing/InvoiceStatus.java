package io.billwright.invoice.issuing;

import java.util.Locale;

/// Where an invoice is in its life. Only the named transitions of [Invoice] move it. Overdue is no status: it follows
/// from the due date and today.
public enum InvoiceStatus {

	/// May still be changed and has no number.
	DRAFT,

	/// Issued, nothing paid yet.
	OPEN,

	/// Issued, a part is paid.
	PARTIALLY_PAID,

	/// Issued and settled.
	PAID,

	/// Issued and taken back.
	VOID,

	/// Issued and given up on.
	UNCOLLECTIBLE;

	/// How JSON and the database write it, for example `partially_paid`.
	public String code() {
		return name().toLowerCase(Locale.ROOT);
	}

	/// Whether money is still expected.
	public boolean isUnsettled() {
		return (this == OPEN) || (this == PARTIALLY_PAID);
	}

	static InvoiceStatus of(String code) {
		return valueOf(code.toUpperCase(Locale.ROOT));
	}

}
