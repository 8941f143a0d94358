package io.billwright.invoice.customer;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CustomerTests {

	private static final Instant LATER = Instant.parse("2026-02-01T00:00:00Z");

	private final Customer customer = CustomerFixtures.customer("Acme");

	@Test
	void customerWhenCreatedThenIsActiveAtVersionOne() {
		assertThat(this.customer.version()).isEqualTo(1);
		assertThat(this.customer.status()).isEqualTo(Customer.Status.ACTIVE);
		assertThat(this.customer.requireActive()).isSameAs(this.customer);
	}

	@Test
	void changeWhenDetailsDifferThenGivesTheNextVersion() {
		Customer changed = this.customer.change(CustomerFixtures.details("Other"), LATER);
		assertThat(changed).isEqualTo(new Customer(this.customer.id(), 2, CustomerFixtures.details("Other"), null,
				this.customer.createdAt(), LATER));
	}

	@Test
	void changeWhenDetailsAreEqualThenGivesTheSame() {
		assertThat(this.customer.change(CustomerFixtures.details("Acme"), LATER)).isSameAs(this.customer);
	}

	@Test
	void archiveWhenActiveThenClosesForNewInvoices() {
		Customer archived = this.customer.archive(LATER);
		assertThat(archived.version()).isEqualTo(2);
		assertThat(archived.archivedAt()).isEqualTo(LATER);
		assertThatExceptionOfType(CustomerFailure.Archived.class).isThrownBy(archived::requireActive)
				.satisfies((failure) -> assertThat(failure.code()).isEqualTo("customer_archived"));
	}

	@Test
	void archiveWhenArchivedThenGivesTheSame() {
		Customer archived = this.customer.archive(LATER);
		assertThat(archived.archive(LATER.plusSeconds(1))).isSameAs(archived);
		assertThat(archived.change(CustomerFixtures.details("Other"), LATER).archived()).isTrue();
	}

	@Test
	void unarchiveWhenArchivedThenOpensAgain() {
		Customer reopened = this.customer.archive(LATER).unarchive(LATER);
		assertThat(reopened.archived()).isFalse();
		assertThat(reopened.version()).isEqualTo(3);
		assertThat(this.customer.unarchive(LATER)).isSameAs(this.customer);
	}

}
