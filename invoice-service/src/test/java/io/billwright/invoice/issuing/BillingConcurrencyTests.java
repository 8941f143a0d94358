package io.billwright.invoice.issuing;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

import io.billwright.platform.test.Passport;
import io.billwright.platform.test.PlatformTest;

import static org.assertj.core.api.Assertions.assertThat;

/// What happens when many requests meet. Over real HTTP, at the same time.
@PlatformTest
class BillingConcurrencyTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private BillingClient billing;

	private String customer;

	private WebClient http;

	@BeforeEach
	void organizationWithACustomer(@Autowired WebTestClient client, @LocalServerPort int port) {
		this.billing = BillingClient.ofNewOrganization(client);
		this.customer = this.billing.customer("Acme GmbH", "EUR");
		this.http = WebClient.builder()
				.baseUrl("http://localhost:" + port + "/api/v1")
				.defaultHeader(Passport.HEADER, this.billing.passport().token())
				.build();
	}

	@Test
	void draftWhenFinalizedManyTimesAtOnceThenGetsOneNumber() {
		JsonNode draft = this.billing.draft(this.customer, "10.00");

		List<Integer> answers = statuses(Collections.nCopies(12, "/invoices/" + id(draft) + "/finalize"), "");

		assertThat(answers).filteredOn((status) -> status == 200).hasSize(1);
		assertThat(answers).filteredOn((status) -> status == 409).hasSize(11);
		assertThat(this.billing.list("/ledger/entries")).hasSize(1);
		assertThat(this.billing.open(this.customer, "1.00").path("number").asString()).isEqualTo("INV-000002");
	}

	@Test
	void draftsWhenFinalizedAtOnceThenTheirNumbersHaveNoGaps() {
		List<String> paths = IntStream.range(0, 20)
				.mapToObj((number) -> this.billing.draft(this.customer, (number % 4 == 0) ? "-1.00" : "1.00"))
				.map((draft) -> "/invoices/" + id(draft) + "/finalize")
				.toList();

		List<Integer> answers = statuses(paths, "");

		assertThat(answers).filteredOn((status) -> status == 200).hasSize(15);
		assertThat(answers).filteredOn((status) -> status == 422).hasSize(5);
		assertThat(this.billing.list("/invoices?status=open&sort=number"))
				.extracting((invoice) -> invoice.path("number").asString())
				.containsExactlyElementsOf(IntStream.rangeClosed(1, 15).mapToObj("INV-%06d"::formatted).toList());
	}

	@Test
	void invoiceWhenPaidManyTimesAtOnceThenNeverMoreThanIsDue() {
		JsonNode open = this.billing.open(this.customer, "100.00");

		List<Integer> answers = statuses(Collections.nCopies(12, "/invoices/" + id(open) + "/payments"),
				"{\"amount\": {\"amount\": \"20.00\", \"currency\": \"EUR\"}}");

		assertThat(answers).filteredOn((status) -> status == 201).hasSize(5);
		assertThat(answers).filteredOn((status) -> status == 409).hasSize(7);
		JsonNode paid = this.billing.get("/invoices/" + id(open), 200);
		assertThat(paid.path("status").asString()).isEqualTo("paid");
		assertThat(this.billing.get("/ledger/reconciliation", 200).path("reconciled").asBoolean()).isTrue();
	}

	@Test
	void invoiceWhenPaidAndVoidedAtOnceThenOneOfThemWins() {
		JsonNode open = this.billing.open(this.customer, "100.00");

		List<Integer> answers = statuses(
				List.of("/invoices/" + id(open) + "/void", "/invoices/" + id(open) + "/payments"),
				"{\"amount\": {\"amount\": \"100.00\", \"currency\": \"EUR\"}}");

		assertThat(answers).filteredOn((status) -> status < 300).hasSize(1);
		assertThat(this.billing.get("/ledger/reconciliation", 200).path("reconciled").asBoolean()).isTrue();
	}

	private List<Integer> statuses(List<String> paths, String payment) {
		return Flux.fromIterable(paths)
				.flatMap((path) -> this.http.method(HttpMethod.POST)
						.uri(path)
						.header("Content-Type", "application/json")
						.bodyValue(path.endsWith("/payments") ? payment : "{}")
						.exchangeToMono((response) -> response.releaseBody().thenReturn(response.statusCode().value())),
						12)
				.collectList()
				.block(LIMIT);
	}

	private static String id(JsonNode resource) {
		return resource.path("id").asString();
	}

}
