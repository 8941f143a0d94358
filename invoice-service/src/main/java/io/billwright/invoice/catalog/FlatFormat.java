package io.billwright.invoice.catalog;

import org.springframework.stereotype.Component;

/// Writes [Flat] as `{"model": "flat", "amount": "49.00"}`.
@Component
final class FlatFormat implements PricingFormat {

	@Override
	public String model() {
		return "flat";
	}

	@Override
	public Class<Flat> type() {
		return Flat.class;
	}

}
