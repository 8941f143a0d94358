package io.billwright.invoice.issuing;

/// An organization's choices for its invoices.
///
/// @param version 0 as long as nothing was chosen, one more with every change
/// @param taxRounding kept on each invoice that was made under it
record BillingSettings(long version, NumberPattern numberPattern, TaxRounding taxRounding) {

	static final BillingSettings DEFAULT = new BillingSettings(0, NumberPattern.DEFAULT, TaxRounding.PER_RATE);

}
