package io.billwright.invoice.tax;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;

/// Keeps the current tenant's tax rates.
interface TaxRateStore extends TaxRates {

	/// One page of the tax rates that pass the filter.
	Mono<Page<TaxRate>> page(TaxRateFilter filter, @Nullable String order, PageRequest page);

	/// Adds a new tax rate.
	Mono<TaxRate> add(TaxRate rate);

	/// Replaces the version before this one; its terms stay as they are. Fails with
	/// [io.billwright.platform.failure.ChangedMeanwhile].
	Mono<TaxRate> save(TaxRate rate);

}
