package io.billwright.search.indexing;

import java.time.LocalDate;

import org.junit.jupiter.api.Test;

import io.billwright.search.Snapshots;

import static org.assertj.core.api.Assertions.assertThat;

class DocumentsTests {

	private static final LocalDate DATE = LocalDate.of(2026, 5, 4);

	@Test
	void invoiceWhenIndexedThenIsFoundByNumberCustomerLinesAndMemo() {
		Document document = Documents
				.of(Snapshots.invoice("inv_1", 3, "INV-2026-000123", "Müller GmbH", "cus_1", "paid",
						"365.13", "EUR", DATE));
		assertThat(document.lexemes()).containsEntry("key=inv_1", "")
				.containsEntry("key=inv-2026-000123", "")
				.containsEntry("type=invoice", "")
				.containsEntry("status=paid", "")
				.containsEntry("currency=EUR", "")
				.containsEntry("customer=cus_1", "")
				.containsEntry("muller", "1B")
				.containsEntry("thank", "3D")
				.containsEntry("consulting", "5C")
				.containsEntry("000123", "10A");
		assertThat(document.titleKey()).isEqualTo("inv 2026 000123");
		assertThat(document.amount()).hasToString("365.13");
		assertThat(document.date()).isEqualTo(DATE);
		assertThat(document.words()).contains("muller", "inv").doesNotContain("000123", "key=inv_1");
	}

	@Test
	void invoiceWhenDraftThenIsTitledSo() {
		assertThat(Documents.of(Snapshots.invoice(null, "Acme", "draft", "1.00", "EUR", DATE)).title())
				.isEqualTo("Draft");
	}

	@Test
	void invoiceWhenItsDraftIsDeletedThenIsNoLongerFound() {
		Document document = Documents
				.of(Snapshots.invoice("inv_1", 2, null, "Acme", "cus_1", "deleted", "1.00", "EUR", DATE));
		assertThat(document).isEqualTo(Document.removed("invoice", "inv_1", 2, document.date()));
	}

	@Test
	void userWhenRemovedThenNothingOfThePersonStays() {
		Document document = Documents.of(Snapshots.user("usr_1", 2, "Ada", "removed"));
		assertThat(document).isEqualTo(Document.removed("user", "usr_1", 2, LocalDate.of(2026, 3, 1)));
	}

	@Test
	void wordWhenRepeatedThenKeepsAllItsPlaces() {
		assertThat(new Lexemes().words('A', "Acme acme").words('B', "ACME").places()).containsEntry("acme", "1A,2A,3B");
	}

	@Test
	void markWhenTooLongThenIsLeftOut() {
		assertThat(new Lexemes().key("x".repeat(201)).places()).isEmpty();
	}

}
