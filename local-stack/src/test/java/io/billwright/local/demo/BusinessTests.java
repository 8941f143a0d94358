package io.billwright.local.demo;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import io.billwright.local.demo.Business.CustomerPlan;
import io.billwright.local.demo.Business.InvoicePlan;
import io.billwright.local.demo.Business.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

class BusinessTests {

	private static final LocalDate TODAY = LocalDate.of(2026, 11, 20);

	private final Business business = Business.invent(7, TODAY, 200, 2000);

	@Test
	void businessWhenSameSeedThenTheSameAndAnotherSeedThenAnother() {
		assertThat(Business.invent(7, TODAY, 200, 2000)).isEqualTo(this.business);
		assertThat(Business.invent(8, TODAY, 200, 2000)).isNotEqualTo(this.business);
	}

	@Test
	void invoicesWhenInventedThenEighteenMonthsInOrderAndEveryOutcome() {
		assertThat(this.business.invoices()).hasSize(2000)
				.isSortedAccordingTo(Comparator.comparing(InvoicePlan::issued));
		assertThat(this.business.invoices().getFirst().issued()).isBefore(TODAY.minusMonths(17));
		assertThat(this.business.invoices().getLast().issued()).isEqualTo(TODAY);
		Set<Outcome> outcomes = this.business.invoices().stream().map(InvoicePlan::outcome).collect(Collectors.toSet());
		assertThat(outcomes).isEqualTo(EnumSet.allOf(Outcome.class));
		assertThat(this.business.invoices()).allMatch((invoice) -> !invoice.paid().isAfter(TODAY));
	}

	@Test
	void customersWhenInventedThenSeveralCountriesAndUniqueKeys() {
		assertThat(this.business.customers()).hasSize(200);
		assertThat(this.business.customers().stream().map(CustomerPlan::country).distinct().count()).isGreaterThan(10);
		assertThat(this.business.customers().stream().map(CustomerPlan::key).distinct()).hasSize(200);
	}

	@Test
	void pricedWhenCurrencyHasOtherDigitsThenItsOwn() {
		assertThat(Business.priced("12.50", "JPY")).isEqualTo("2000");
		assertThat(Business.priced("12.50", "KWD")).isEqualTo("4.125");
		assertThat(Business.priced("12.50", "EUR")).isEqualTo("12.50");
	}

}
