package io.billwright.invoice.catalog;

import java.math.BigDecimal;

import jakarta.validation.constraints.NotNull;

/// A fee that is the same whatever the quantity.
///
/// @param amount the fee
public record Flat(@NotNull UnitAmount amount) implements PricingModel {

	@Override
	public BigDecimal amount(BigDecimal quantity) {
		return this.amount.value();
	}

}
