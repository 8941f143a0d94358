package io.billwright.invoice.ledger;

import java.time.Clock;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.springframework.stereotype.Component;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Mono;

import io.billwright.platform.money.Money;

/// Compares the receivable account with the invoices, in one snapshot of the database.
@Component
class ReconcileLedger {

	private final Ledger ledger;

	private final OutstandingInvoices invoices;

	private final TransactionalOperator snapshot;

	private final Clock clock;

	ReconcileLedger(Ledger ledger, OutstandingInvoices invoices, ReactiveTransactionManager transactions, Clock clock) {
		this.ledger = ledger;
		this.invoices = invoices;
		this.clock = clock;
		DefaultTransactionDefinition repeatable = new DefaultTransactionDefinition();
		repeatable.setReadOnly(true);
		repeatable.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		this.snapshot = TransactionalOperator.create(transactions, repeatable);
	}

	/// The comparison. Cold.
	Mono<Reconciliation> reconcile() {
		Mono<Map<Currency, Money>> booked = this.ledger.balances()
				.filter((balance) -> balance.account() == Account.RECEIVABLE)
				.map(Balance::amount)
				.collectMap(Money::currency);
		Mono<Map<Currency, Money>> due = this.invoices.outstanding().collectMap(Money::currency);
		return booked.zipWhen((ledger) -> due, this::compare).as(this.snapshot::transactional);
	}

	private Reconciliation compare(Map<Currency, Money> ledger, Map<Currency, Money> invoices) {
		Map<String, Currency> currencies = new TreeMap<>();
		Stream.concat(ledger.keySet().stream(), invoices.keySet().stream())
				.forEach((currency) -> currencies.put(currency.getCurrencyCode(), currency));
		List<Reconciliation.Line> lines = currencies.values()
				.stream()
				.map((currency) -> line(ledger.getOrDefault(currency, Money.zero(currency)),
						invoices.getOrDefault(currency, Money.zero(currency))))
				.toList();
		return new Reconciliation(lines.stream().allMatch((line) -> line.difference().isZero()), this.clock.instant(),
				lines);
	}

	private static Reconciliation.Line line(Money ledger, Money invoices) {
		return new Reconciliation.Line(ledger, invoices, ledger.minus(invoices));
	}

}
