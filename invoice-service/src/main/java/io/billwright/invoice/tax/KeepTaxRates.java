package io.billwright.invoice.tax;

import java.time.Clock;
import java.time.Instant;
import java.util.function.BiFunction;

import org.springframework.stereotype.Service;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.web.ExpectedVersion;

/// Creates and changes tax rates.
@Service
class KeepTaxRates {

	private final TaxRateStore rates;

	private final TransactionalOperator transaction;

	private final Clock clock;

	KeepTaxRates(TaxRateStore rates, TransactionalOperator transaction, Clock clock) {
		this.rates = rates;
		this.transaction = transaction;
		this.clock = clock;
	}

	/// Creates a tax rate.
	Mono<TaxRate> create(TaxRate.Terms terms, TaxRate.Details details) {
		return Mono.fromSupplier(() -> TaxRate.create(new TaxRateId(Ids.next()), terms, details, this.clock.instant()))
				.flatMap(this.rates::add)
				.as(this.transaction::transactional)
				.checkpoint("create tax rate");
	}

	/// Changes the expected version of a tax rate. A change that changes nothing writes nothing.
	Mono<TaxRate> change(TaxRateId id, ExpectedVersion expected, BiFunction<TaxRate, Instant, TaxRate> change) {
		return this.rates.require(id)
				.doOnNext((rate) -> expected.check(rate.version()))
				.flatMap((current) -> replace(current, change.apply(current, this.clock.instant())))
				.as(this.transaction::transactional)
				.checkpoint("change tax rate");
	}

	private Mono<TaxRate> replace(TaxRate current, TaxRate changed) {
		return changed.equals(current) ? Mono.just(current) : this.rates.save(changed);
	}

}
