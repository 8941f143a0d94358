package io.billwright.invoice.issuing;

import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static io.billwright.invoice.issuing.InvoiceFixtures.ACME;
import static io.billwright.invoice.issuing.InvoiceFixtures.NOON;
import static io.billwright.invoice.issuing.InvoiceFixtures.TODAY;
import static io.billwright.invoice.issuing.InvoiceFixtures.content;
import static io.billwright.invoice.issuing.InvoiceFixtures.draft;
import static io.billwright.invoice.issuing.InvoiceFixtures.eur;
import static io.billwright.invoice.issuing.InvoiceFixtures.issue;
import static io.billwright.invoice.issuing.InvoiceFixtures.line;
import static io.billwright.invoice.issuing.InvoiceFixtures.money;
import static io.billwright.invoice.issuing.InvoiceFixtures.onTop;
import static io.billwright.invoice.issuing.InvoiceFixtures.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class InvoiceTests {

	private static final Instant LATER = NOON.plusSeconds(60);

	@Test
	void draftWhenChangedThenHasTheNewTotalsAndTheNextVersion() {
		Invoice changed = draft().change(content(line("2", "10.00", "EUR", onTop("20"))), LATER);

		assertThat(changed.version()).isEqualTo(2);
		assertThat(changed.totals().total()).isEqualTo(eur("24.00"));
		assertThat(changed.milestones().createdAt()).isEqualTo(NOON);
		assertThat(changed.milestones().updatedAt()).isEqualTo(LATER);
	}

	@Test
	void draftWhenFinalizedThenOpenWithItsNumber() {
		Invoice open = open("100.00");

		assertThat(open.status()).isEqualTo(InvoiceStatus.OPEN);
		assertThat(open.requireIssue().number()).isEqualTo("INV-000001");
		assertThat(open.amountDue()).isEqualTo(eur("100.00"));
		assertThat(open.version()).isEqualTo(2);
	}

	@Test
	void draftWhenItComesToNothingThenPaidOnFinalization() {
		Invoice free = open("0");

		assertThat(free.status()).isEqualTo(InvoiceStatus.PAID);
		assertThat(free.milestones().paidAt()).isEqualTo(NOON);
	}

	@Test
	void draftWhenItHasNoLinesThenNotFinalized() {
		assertThatThrownBy(() -> draft().finalize(ACME, issue(TODAY))).isInstanceOf(InvoiceFailure.Empty.class);
	}

	@Test
	void draftWhenItsTotalIsNegativeThenNotFinalized() {
		Invoice draft = draft(line("1", "-0.01", "EUR", null));

		assertThatThrownBy(() -> draft.finalize(ACME, issue(TODAY))).isInstanceOf(InvoiceFailure.NegativeTotal.class);
	}

	@Test
	void draftWhenDueBeforeIssuedThenNotFinalized() {
		Invoice draft = draft(line("1", "1", "EUR", null));

		assertThatThrownBy(() -> draft.finalize(ACME, issue(TODAY.minusDays(1))))
				.isInstanceOf(InvoiceFailure.DueBeforeIssue.class);
	}

	@Test
	void paymentWhenPartialThenTheRestIsDue() {
		Invoice partly = open("100.00").recordPayment(eur("30.01"), LATER);

		assertThat(partly.status()).isEqualTo(InvoiceStatus.PARTIALLY_PAID);
		assertThat(partly.amountDue()).isEqualTo(eur("69.99"));
		assertThat(partly.milestones().paidAt()).isNull();
	}

	@Test
	void paymentWhenItCoversTheRestThenPaid() {
		Invoice paid = open("100.00").recordPayment(eur("30.01"), LATER).recordPayment(eur("69.99"), LATER);

		assertThat(paid.status()).isEqualTo(InvoiceStatus.PAID);
		assertThat(paid.amountDue()).isEqualTo(eur("0.00"));
		assertThat(paid.milestones().paidAt()).isEqualTo(LATER);
		assertThat(paid.version()).isEqualTo(4);
	}

	@Test
	void paymentWhenMoreThanDueThenRefused() {
		assertThatThrownBy(() -> open("100.00").recordPayment(eur("100.01"), LATER))
				.isInstanceOf(InvoiceFailure.Overpayment.class);
	}

	@Test
	void paymentWhenInAnotherCurrencyThenRefused() {
		assertThatThrownBy(() -> open("100.00").recordPayment(money("1.00", "USD"), LATER))
				.isInstanceOf(InvoiceFailure.CurrencyMismatch.class);
	}

	@Test
	void voidWhenPartlyPaidThenRefused() {
		Invoice partly = open("100.00").recordPayment(eur("1.00"), LATER);

		assertThatThrownBy(() -> partly.voided(LATER)).isInstanceOf(InvoiceFailure.HasPayments.class);
	}

	@Test
	void voidWhenOpenThenNothingIsDue() {
		Invoice voided = open("100.00").voided(LATER);

		assertThat(voided.status()).isEqualTo(InvoiceStatus.VOID);
		assertThat(voided.amountDue()).isEqualTo(eur("0.00"));
		assertThat(voided.milestones().voidedAt()).isEqualTo(LATER);
	}

	@Test
	void uncollectibleWhenPartlyPaidThenTheRestStaysVisible() {
		Invoice given = open("100.00").recordPayment(eur("40.00"), LATER).markUncollectible(LATER);

		assertThat(given.status()).isEqualTo(InvoiceStatus.UNCOLLECTIBLE);
		assertThat(given.amountDue()).isEqualTo(eur("60.00"));
	}

	@Test
	void overdueWhenTheDueDateHasPassedAndMoneyIsExpected() {
		Invoice open = open("100.00");

		assertThat(open.isOverdue(TODAY.plusDays(14))).isFalse();
		assertThat(open.isOverdue(TODAY.plusDays(15))).isTrue();
		assertThat(open.recordPayment(eur("100.00"), LATER).isOverdue(TODAY.plusDays(15))).isFalse();
		assertThat(draft().isOverdue(TODAY.plusDays(15))).isFalse();
	}

	static Stream<UnaryOperator<Invoice>> transitionsOfADraft() {
		return Stream.of((invoice) -> invoice.change(content(), LATER),
				(invoice) -> invoice.finalize(ACME, issue(TODAY)));
	}

	@ParameterizedTest
	@MethodSource("transitionsOfADraft")
	void transitionOfADraftWhenIssuedThenRefused(UnaryOperator<Invoice> transition) {
		Invoice open = open("100.00");
		for (Invoice issued : List.of(open, open.recordPayment(eur("1.00"), LATER),
				open.recordPayment(eur("100.00"), LATER), open.voided(LATER), open.markUncollectible(LATER))) {
			assertThatThrownBy(() -> transition.apply(issued)).isInstanceOf(InvoiceFailure.NotADraft.class);
		}
	}

	static Stream<UnaryOperator<Invoice>> transitionsOfAnOpenInvoice() {
		return Stream.of((invoice) -> invoice.recordPayment(eur("1.00"), LATER), (invoice) -> invoice.voided(LATER),
				(invoice) -> invoice.markUncollectible(LATER));
	}

	@ParameterizedTest
	@MethodSource("transitionsOfAnOpenInvoice")
	void transitionOfAnOpenInvoiceWhenDraftOrSettledThenRefused(UnaryOperator<Invoice> transition) {
		Invoice open = open("100.00");
		for (Invoice other : List.of(draft(line("1", "1", "EUR", null)), open.recordPayment(eur("100.00"), LATER),
				open.voided(LATER), open.markUncollectible(LATER))) {
			assertThatThrownBy(() -> transition.apply(other)).isInstanceOf(InvoiceFailure.NotOpen.class);
		}
	}

}
