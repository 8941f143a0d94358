package io.billwright.invoice.catalog;

import java.math.BigDecimal;

import jakarta.validation.constraints.NotNull;

/// The quantity times the price of one.
///
/// @param unitAmount the price of one
public record PerUnit(@NotNull UnitAmount unitAmount) implements PricingModel {

	@Override
	public BigDecimal amount(BigDecimal quantity) {
		return quantity.multiply(this.unitAmount.value());
	}

}
