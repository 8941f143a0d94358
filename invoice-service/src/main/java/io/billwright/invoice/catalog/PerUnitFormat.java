package io.billwright.invoice.catalog;

import org.springframework.stereotype.Component;

/// Writes [PerUnit] as `{"model": "per_unit", "unit_amount": "0.0045"}`.
@Component
final class PerUnitFormat implements PricingFormat {

	@Override
	public String model() {
		return "per_unit";
	}

	@Override
	public Class<PerUnit> type() {
		return PerUnit.class;
	}

}
