package io.billwright.invoice.issuing;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

import io.billwright.platform.test.PlatformTest;

import static org.assertj.core.api.Assertions.assertThat;

/// Another organization, and the same one in the other mode, see, change, count and find nothing.
@PlatformTest
class TenantIsolationTests {

	private BillingClient owner;

	private List<BillingClient> strangers;

	private JsonNode draft;

	private JsonNode open;

	private JsonNode payment;

	@BeforeEach
	void invoicesOfAnOwner(@Autowired WebTestClient client) {
		this.owner = BillingClient.ofNewOrganization(client);
		this.strangers = List.of(BillingClient.ofNewOrganization(client), this.owner.inTestMode());
		String customer = this.owner.customer("Acme GmbH", "EUR");
		this.draft = this.owner.draft(customer, "10.00");
		this.open = this.owner.open(customer, "20.00");
		this.payment = this.owner.pay(this.open, "5.00", 201);
	}

	@Test
	void strangersWhenTheyReadThenFindNothing() {
		for (BillingClient stranger : this.strangers) {
			Stream.of(this.draft, this.open).forEach((invoice) -> stranger.get("/invoices/" + id(invoice), 404));
			stranger.get("/payments/" + id(this.payment), 404);
			for (String list : List.of("/invoices", "/invoices?q=acme", "/invoices?number=INV-000001",
					"/invoices?status=open,partially_paid,draft", "/payments", "/payments?invoice_id=" + id(this.open),
					"/ledger/entries", "/ledger/entries?invoice_id=" + id(this.open))) {
				JsonNode page = stranger.get(list + (list.contains("?") ? "&" : "?") + "include=total", 200);
				assertThat(page.path("data").isEmpty()).as(list).isTrue();
				assertThat(page.path("total").asLong()).as(list).isZero();
			}
			assertThat(stranger.list("/ledger/balances")).isEmpty();
			assertThat(stranger.get("/ledger/reconciliation", 200).path("currencies").isEmpty()).isTrue();
		}
	}

	@Test
	void strangersWhenTheyWriteThenChangeNothing() {
		for (BillingClient stranger : this.strangers) {
			stranger.patch("/invoices/" + id(this.draft), Map.of("memo", "x"), 404);
			stranger.delete("/invoices/" + id(this.draft), 404);
			stranger.act(this.draft, "finalize", 404);
			stranger.act(this.open, "void", 404);
			stranger.act(this.open, "mark-uncollectible", 404);
			stranger.pay(this.open, "1.00", 404);
		}
		assertThat(this.owner.get("/invoices/" + id(this.draft), 200)).isEqualTo(this.draft);
		assertThat(this.owner.get("/invoices/" + id(this.open), 200).at("/amount_paid/amount").asString())
				.isEqualTo("5.00");
	}

	@Test
	void strangersWhenTheyChooseSettingsAndNumbersThenTheirOwn() {
		for (BillingClient stranger : this.strangers) {
			stranger.patch("/billing/settings", Map.of("invoice_number_pattern", "X{seq}"), 200);
			assertThat(stranger.open(stranger.customer("Other", "EUR"), "1.00").path("number").asString())
					.isEqualTo("X000001");
		}
		assertThat(this.owner.act(this.draft, "finalize", 200).path("number").asString()).isEqualTo("INV-000002");
	}

	@Test
	void requestsWhenWithoutTheScopeThenRefused(@Autowired WebTestClient client) {
		BillingClient powerless = new BillingClient(client, this.owner.passport().withScopes("customers:read"));

		powerless.get("/invoices", 403);
		powerless.get("/payments", 403);
		powerless.get("/ledger/entries", 403);
		powerless.get("/billing/settings", 403);
		powerless.act(this.draft, "finalize", 403);
	}

	private static String id(JsonNode resource) {
		return resource.path("id").asString();
	}

}
