package io.billwright.invoice.catalog;

import java.math.BigDecimal;

/// How a quantity becomes an amount. A model knows neither currency nor rounding: it computes exactly, and [Price]
/// rounds once.
///
/// The interface is open on purpose. A new model is a record that implements it and a [PricingFormat] bean that names
/// it; no class that exists learns of it.
public interface PricingModel {

	/// What the quantity costs, exact, in the currency's major unit.
	///
	/// @param quantity not negative; may be fractional
	BigDecimal amount(BigDecimal quantity);

}
