package io.billwright.invoice.issuing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

import io.billwright.platform.test.PlatformTest;

import static io.billwright.invoice.issuing.BillingClient.line;
import static org.assertj.core.api.Assertions.assertThat;

@PlatformTest
class InvoiceControllerTests {

	private BillingClient billing;

	private String customer;

	@BeforeEach
	void organizationWithACustomer(@Autowired WebTestClient client) {
		this.billing = BillingClient.ofNewOrganization(client);
		this.customer = this.billing.customer("Acme GmbH", "EUR");
	}

	@Test
	void draftWhenWrittenThenHasTotalsAndNoNumber() {
		JsonNode draft = this.billing.draft(this.customer, "1460.50");

		assertThat(draft.path("status").asString()).isEqualTo("draft");
		assertThat(draft.path("number").isNull()).isTrue();
		assertThat(draft.at("/total/amount").asString()).isEqualTo("1460.50");
		assertThat(draft.path("version").asInt()).isEqualTo(1);
		assertThat(this.billing.get(path(draft), 200)).isEqualTo(draft);
	}

	@Test
	void draftWhenItHasAPriceAndATaxRateThenBothAreApplied() {
		String product = id(this.billing.post("/products", Map.of("name", "Seat"), 201));
		String price = id(this.billing.post("/prices", Map.of("product_id", product, "currency", "EUR", "pricing",
				Map.of("model", "per_unit", "unit_amount", "12.345")), 201));
		String rate = id(this.billing.post("/tax-rates",
				Map.of("name", "MwSt.", "percentage", "19", "category", "S", "country", "DE", "inclusive", false),
				201));

		JsonNode draft = this.billing.post("/invoices", Map.of("customer_id", this.customer, "lines",
				List.of(Map.of("price_id", price, "quantity", "3", "tax_rate_id", rate))), 201);

		assertThat(draft.at("/lines/0/description").asString()).isEqualTo("Seat");
		assertThat(draft.at("/lines/0/price_version").asInt()).isEqualTo(1);
		assertThat(draft.at("/lines/0/unit_amount").asString()).isEqualTo("12.345");
		assertThat(draft.at("/lines/0/amount/amount").asString()).isEqualTo("37.04");
		assertThat(draft.at("/tax_breakdown/0/category").asString()).isEqualTo("S");
		assertThat(draft.at("/tax/amount").asString()).isEqualTo("7.04");
		assertThat(draft.at("/total/amount").asString()).isEqualTo("44.08");
		assertThat(this.billing.get(path(draft), 200)).isEqualTo(draft);
	}

	@Test
	void finalizeWhenDatedThenNumbersAndDatesRiseTogether() {
		assertThat(issue("2025-03-01", 200).path("issue_date").asString()).isEqualTo("2025-03-01");
		assertThat(issue("2025-03-01", 200).path("number").asString()).isEqualTo("INV-000002");
		assertThat(issue("2025-02-28", 422).path("code").asString()).isEqualTo("invoice_issue_date_out_of_order");
		assertThat(issue("2999-01-01", 422).path("code").asString()).isEqualTo("invoice_issue_date_in_future");
		assertThat(issue("yesterday", 400).at("/errors/0/field").asString()).isEqualTo("issue_date");

		JsonNode today = this.billing.post(path(this.billing.draft(this.customer, "1.00")) + "/finalize", Map.of(),
				200);
		assertThat(today.path("number").asString()).isEqualTo("INV-000003");
		assertThat(today.path("issue_date").asString()).isGreaterThan("2025-03-01");
	}

	private JsonNode issue(String date, int status) {
		return this.billing.post(path(this.billing.draft(this.customer, "1.00")) + "/finalize",
				Map.of("issue_date", date),
				status);
	}

	@Test
	void draftWhenItsFieldsAreWrongThenAllOfThemAreTold() {
		JsonNode problem = this.billing.post("/invoices", Map.of("customer_id", this.customer, "lines",
				List.of(Map.of("quantity", "0"), Map.of("description", "x", "unit_amount", "0.0000000000001"))), 400);

		assertThat(problem.path("errors").values()).extracting((error) -> error.path("field").asString())
				.containsExactlyInAnyOrder("lines[0].unit_amount", "lines[0].description", "lines[0].quantity",
						"lines[1].unit_amount");
	}

	@Test
	void draftWhenItsCustomerIsUnknownThenRefused() {
		JsonNode problem = this.billing.post("/invoices", Map.of("customer_id", "cus_01h455vb4pex5vsknk084sn02q"), 400);

		assertThat(problem.at("/errors/0/field").asString()).isEqualTo("customer_id");
	}

	@Test
	void draftWhenPatchedThenOnlyWhatThePatchNamesChanges() {
		JsonNode draft = this.billing.draft(this.customer, "10.00");

		JsonNode patched = this.billing.patch(path(draft), Map.of("memo", "Thank you"), 200);

		assertThat(patched.path("memo").asString()).isEqualTo("Thank you");
		assertThat(patched.path("lines")).isEqualTo(draft.path("lines"));
		assertThat(patched.path("version").asInt()).isEqualTo(2);
	}

	@Test
	void draftWhenItsLinesArePatchedThenReplaced() {
		JsonNode draft = this.billing.draft(this.customer, "10.00");

		JsonNode patched = this.billing.patch(path(draft),
				Map.of("lines", List.of(line("A", "2", "3.00"), line("B", "1", "-1.00"))), 200);

		assertThat(patched.path("lines").size()).isEqualTo(2);
		assertThat(patched.at("/total/amount").asString()).isEqualTo("5.00");
		assertThat(this.billing.get(path(draft), 200)).isEqualTo(patched);
	}

	@Test
	void draftWhenDeletedThenGone() {
		JsonNode draft = this.billing.draft(this.customer, "10.00");

		this.billing.delete(path(draft), 204);

		this.billing.get(path(draft), 404);
	}

	@Test
	void writeWhenAnotherVersionWasExpectedThenRefused(@Autowired WebTestClient client) {
		JsonNode draft = this.billing.draft(this.customer, "10.00");

		this.billing.passport()
				.on(client)
				.patch()
				.uri("/api/v1" + path(draft))
				.header("If-Match", "\"7\"")
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(Map.of("memo", "x"))
				.exchange()
				.expectStatus()
				.isEqualTo(412);
	}

	@Test
	void previewWhenAskedForThenNothingIsStored() {
		JsonNode preview = this.billing.post("/invoices/preview",
				Map.of("customer_id", this.customer, "lines", List.of(line("Work", "2", "5.00"))), 200);

		assertThat(preview.at("/total/amount").asString()).isEqualTo("10.00");
		assertThat(preview.has("id")).isFalse();
		assertThat(this.billing.list("/invoices")).isEmpty();
	}

	@Test
	void issuedInvoiceWhenTheCustomerMovesThenKeepsItsCopy() {
		JsonNode draft = this.billing.draft(this.customer, "10.00");
		this.billing.patch("/customers/" + this.customer, Map.of("name", "Acme AG"), 200);
		JsonNode open = this.billing.act(draft, "finalize", 200);
		this.billing.patch("/customers/" + this.customer, Map.of("name", "Acme SE"), 200);

		assertThat(open.at("/customer/name").asString()).isEqualTo("Acme AG");
		assertThat(this.billing.get(path(draft), 200).at("/customer/name").asString()).isEqualTo("Acme AG");
	}

	@Test
	void issuedInvoiceWhenChangedThenRefused() {
		JsonNode open = this.billing.open(this.customer, "10.00");

		assertThat(this.billing.patch(path(open), Map.of("memo", "x"), 409).path("code").asString())
				.isEqualTo("invoice_not_draft");
		this.billing.delete(path(open), 409);
		this.billing.act(open, "finalize", 409);
	}

	@Test
	void draftWhenItHasNoLinesThenNotFinalized() {
		JsonNode draft = this.billing.post("/invoices", Map.of("customer_id", this.customer), 201);

		assertThat(this.billing.act(draft, "finalize", 422).path("code").asString()).isEqualTo("invoice_empty");
	}

	@Test
	void draftWhenItComesToNothingThenPaidOnFinalization() {
		JsonNode free = this.billing.open(this.customer, "0");

		assertThat(free.path("status").asString()).isEqualTo("paid");
		assertThat(this.billing.list("/ledger/entries")).isEmpty();
	}

	@Test
	void invoiceWhenPaidInFullThenPaidAndInTheLedger() {
		JsonNode open = this.billing.open(this.customer, "100.00");
		assertThat(open.path("status").asString()).isEqualTo("open");
		assertThat(open.path("number").asString()).isEqualTo("INV-000001");

		this.billing.pay(open, "30.00", 201);
		assertThat(this.billing.get(path(open), 200).path("status").asString()).isEqualTo("partially_paid");
		JsonNode payment = this.billing.pay(open, "70.00", 201);

		JsonNode paid = this.billing.get(path(open), 200);
		assertThat(paid.path("status").asString()).isEqualTo("paid");
		assertThat(paid.at("/amount_due/amount").asString()).isEqualTo("0.00");
		assertThat(this.billing.get("/payments/" + id(payment), 200)).isEqualTo(payment);
		assertThat(this.billing.list("/payments?invoice_id=" + id(open))).hasSize(2);
		assertThat(balances()).containsExactlyInAnyOrder("cash 100.00", "receivable 0.00", "revenue -100.00");
	}

	@Test
	void invoiceWhenOverpaidThenRefused() {
		JsonNode open = this.billing.open(this.customer, "100.00");

		assertThat(this.billing.pay(open, "100.01", 422).path("code").asString()).isEqualTo("overpayment");
		assertThat(this.billing.pay(open, "0.00", 400).at("/errors/0/field").asString()).isEqualTo("amount");
		assertThat(this.billing.list("/payments")).isEmpty();
	}

	@Test
	void invoiceWhenVoidedThenItsBookingIsReversed() {
		JsonNode open = this.billing.open(this.customer, "100.00");

		JsonNode voided = this.billing.act(open, "void", 200);

		assertThat(voided.path("status").asString()).isEqualTo("void");
		assertThat(balances()).containsExactlyInAnyOrder("receivable 0.00", "revenue 0.00");
		List<JsonNode> entries = this.billing.list("/ledger/entries?sort=booked_at&invoice_id=" + id(open));
		assertThat(entries.get(1).path("reverses")).isEqualTo(entries.get(0).path("id"));
		this.billing.pay(open, "1.00", 409);
	}

	@Test
	void invoiceWhenGivenUpOnThenTheRestIsBadDebt() {
		JsonNode open = this.billing.open(this.customer, "100.00");
		this.billing.pay(open, "40.00", 201);

		this.billing.act(open, "mark-uncollectible", 200);

		assertThat(balances()).containsExactlyInAnyOrder("bad_debt 60.00", "cash 40.00", "receivable 0.00",
				"revenue -100.00");
	}

	@Test
	void ledgerWhenInvoicesAreOpenThenReconciled() {
		this.billing.open(this.customer, "100.00");
		this.billing.pay(this.billing.open(this.customer, "50.00"), "20.00", 201);
		this.billing.act(this.billing.open(this.customer, "7.00"), "void", 200);
		this.billing.open(this.billing.customer("Kabushiki", "JPY"), "1000");

		JsonNode reconciliation = this.billing.get("/ledger/reconciliation", 200);

		assertThat(reconciliation.path("reconciled").asBoolean()).isTrue();
		assertThat(reconciliation.path("currencies").values())
				.extracting((row) -> row.at("/invoices/amount").asString() + row.at("/invoices/currency").asString())
				.containsExactly("130.00EUR", "1000JPY");
	}

	@Test
	void numbersWhenThePatternChangesThenTheSeriesGoesOn() {
		this.billing.open(this.customer, "1.00");
		this.billing.patch("/billing/settings", Map.of("invoice_number_pattern", "R/{seq:3}"), 200);

		assertThat(this.billing.open(this.customer, "1.00").path("number").asString()).isEqualTo("R/002");
		this.billing.patch("/billing/settings", Map.of("invoice_number_pattern", "R"), 400);
	}

	@Test
	void taxRoundingWhenChosenPerLineThenKeptOnTheInvoice() {
		this.billing.patch("/billing/settings", Map.of("tax_rounding", "per_line"), 200);
		String rate = id(this.billing.post("/tax-rates",
				Map.of("name", "VAT", "percentage", "20", "category", "S", "country", "GB", "inclusive", false), 201));
		Map<String, Object> cents = new HashMap<>(line("x", "1", "0.02"));
		cents.put("tax_rate_id", rate);

		JsonNode draft = this.billing.post("/invoices",
				Map.of("customer_id", this.customer, "lines", List.of(cents, cents, cents)), 201);

		assertThat(draft.at("/tax/amount").asString()).isEqualTo("0.00");
		assertThat(draft.path("tax_rounding").asString()).isEqualTo("per_line");
	}

	private List<String> balances() {
		return this.billing.list("/ledger/balances")
				.stream()
				.map((row) -> row.path("account").asString() + " " + row.at("/balance/amount").asString())
				.toList();
	}

	private static String path(JsonNode invoice) {
		return "/invoices/" + id(invoice);
	}

	private static String id(JsonNode resource) {
		return resource.path("id").asString();
	}

}
