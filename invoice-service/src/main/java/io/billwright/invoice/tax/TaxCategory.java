package io.billwright.invoice.tax;

/// Why a rate is what it is: the codes of EN 16931 (UNTDID 5305).
public enum TaxCategory {

	/// Standard or reduced rate, above zero.
	S,
	/// Zero rated.
	Z,
	/// Exempt.
	E,
	/// Reverse charge: the buyer accounts for the tax.
	AE,
	/// Intra-community supply.
	K,
	/// Export outside of the European Union.
	G,
	/// Outside the scope of the tax.
	O;

	/// Whether a rate of this category is above zero. All others are zero (EN 16931 BR-Z-05, BR-E-05, BR-AE-05, ...).
	public boolean taxed() {
		return this == S;
	}

}
