package io.billwright.system;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/// Each process is ended with `kill -9` while invoices are drafted, finalized and paid. Afterwards every accepted request
/// is there exactly once, and everybody tells the same story.
class FaultTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final int BEFORE = 5;

	private static final int AFTER = 10;

	@ParameterizedTest
	@ValueSource(strings = {"gateway", "user-service", "invoice-service", "analytics-service", "search-service",
		"kafka", "redis", "postgres"})
	void writesWhenAProcessIsKilledThenEachIsThereExactlyOnce(String process) {
		Api api = Organization.register().byApiKey();
		String customer = api.post("/api/v1/customers", """
				{"name": "Zebra Ltd", "currency": "EUR"}""").expect(201).text("/id");
		Shopkeeper shopkeeper = new Shopkeeper(api, customer);

		try (shopkeeper) {
			shopkeeper.open();
			shopkeeper.awaitMore(BEFORE);
			Platform.stack().kill(process);
			Platform.stack().awaitHealthy(process);
			shopkeeper.awaitMore(AFTER);
		}

		List<String> paid = shopkeeper.paid();
		assertThat(all(api, "/api/v1/invoices?status=paid")).extracting((invoice) -> invoice.at("/id").asString())
				.containsExactlyInAnyOrderElementsOf(paid);
		assertThat(all(api, "/api/v1/invoices?sort=number")).as("numbers have no gap")
				.extracting((invoice) -> invoice.at("/number").asString())
				.containsExactlyElementsOf(
						IntStream.rangeClosed(1, paid.size()).mapToObj("INV-%06d"::formatted).toList());
		assertThat(all(api, "/api/v1/payments")).hasSameSizeAs(paid);
		assertLedgerIsBalanced(api);
		Eventually.within(SOON, () -> {
			Answer found = api.get("/api/v1/search?q=zebra&type=invoice&status=paid").expect(200);
			assertThat(found.json().at("/facets/status/paid").asInt()).isEqualTo(paid.size());
			return found;
		});
		Eventually.within(SOON, () -> {
			Answer received = api.get("/api/v1/analytics/paid?currency=EUR").expect(200);
			assertThat(received.body()).contains("\"%d.00\"".formatted(10 * paid.size()));
			return received;
		});
	}

	private static void assertLedgerIsBalanced(Api api) {
		JsonNode ledger = api.get("/api/v1/ledger/reconciliation").expect(200).json();
		assertThat(ledger.at("/reconciled").asBoolean()).as(ledger.toString()).isTrue();
		assertThat(all(api, "/api/v1/ledger/entries")).allSatisfy((entry) -> assertThat(entry.path("postings")
				.valueStream()
				.map((posting) -> new BigDecimal(posting.at("/amount/amount").asString()))
				.reduce(BigDecimal.ZERO, BigDecimal::add)).isZero());
	}

	/// Every page of a list.
	private static List<JsonNode> all(Api api, String path) {
		List<JsonNode> all = new ArrayList<>();
		String list = path + (path.contains("?") ? "&" : "?") + "limit=100";
		String cursor = "";
		do {
			JsonNode page = api.get(list + cursor).expect(200).json();
			page.path("data").forEach(all::add);
			cursor = page.path("has_more").asBoolean() ? "&cursor=" + page.path("next_cursor").asString() : "";
		} while (!cursor.isEmpty());
		return all;
	}

}
