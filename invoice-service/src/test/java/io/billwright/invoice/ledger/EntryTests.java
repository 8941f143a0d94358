package io.billwright.invoice.ledger;

import java.time.Instant;
import java.util.Currency;

import org.junit.jupiter.api.Test;

import io.billwright.platform.money.Money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EntryTests {

	private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

	private static final Money TEN = new Money(1000, Currency.getInstance("EUR"));

	@Test
	void entryWhenBalancedThenMade() {
		Entry entry = Entry.of(EntryKind.PAYMENT_RECEIVED, "pay_1", "inv_1", NOON, Posting.debit(Account.CASH, TEN),
				Posting.credit(Account.RECEIVABLE, TEN));

		assertThat(entry.postings()).extracting(Posting::amount).containsExactly(TEN, TEN.negate());
	}

	@Test
	void entryWhenOutOfBalanceThenRefused() {
		assertThatThrownBy(() -> Entry.of(EntryKind.PAYMENT_RECEIVED, "pay_1", "inv_1", NOON,
				Posting.debit(Account.CASH, TEN), Posting.credit(Account.RECEIVABLE, TEN.plus(TEN))))
				.isInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void entryWhenBalancedAcrossCurrenciesOnlyThenRefused() {
		Money yen = new Money(1000, Currency.getInstance("JPY"));

		assertThatThrownBy(() -> Entry.of(EntryKind.PAYMENT_RECEIVED, "pay_1", "inv_1", NOON,
				Posting.debit(Account.CASH, TEN), Posting.credit(Account.RECEIVABLE, yen)))
				.isInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void entryWhenOnePostingIsNothingThenLeftOut() {
		Entry entry = Entry.of(EntryKind.INVOICE_FINALIZED, "inv_1", "inv_1", NOON,
				Posting.debit(Account.RECEIVABLE, TEN), Posting.credit(Account.REVENUE, TEN),
				Posting.credit(Account.TAX_PAYABLE, Money.zero(TEN.currency())));

		assertThat(entry.postings()).hasSize(2);
	}

	@Test
	void entryWhenReversedThenEveryAmountHasTheOtherSign() {
		Entry entry = Entry.of(EntryKind.INVOICE_FINALIZED, "inv_1", "inv_1", NOON,
				Posting.debit(Account.RECEIVABLE, TEN), Posting.credit(Account.REVENUE, TEN));

		Entry reversed = entry.reverse(EntryKind.INVOICE_VOIDED, NOON);

		assertThat(reversed.reverses()).isEqualTo(entry.id());
		assertThat(reversed.postings()).containsExactly(Posting.credit(Account.RECEIVABLE, TEN),
				Posting.debit(Account.REVENUE, TEN));
	}

}
