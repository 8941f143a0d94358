package io.billwright.invoice.tax;

import reactor.core.publisher.Mono;

/// The current tenant's tax rates.
public interface TaxRates {

	/// The tax rate, or nothing when the tenant has no such rate.
	Mono<TaxRate> find(TaxRateId id);

	/// The tax rate.
	///
	/// Fails with [io.billwright.platform.failure.NotFound] when the tenant has no such rate.
	Mono<TaxRate> require(TaxRateId id);

}
