package io.billwright.system;

import java.time.Duration;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/// One invoice goes all the way, for each kind of credential.
class WalkTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	static Stream<Named<Function<Organization, Api>>> credentials() {
		return Stream.of(Named.of("session", Organization::bySession), Named.of("access token", Organization::byToken),
				Named.of("API key", Organization::byApiKey));
	}

	@ParameterizedTest
	@MethodSource("credentials")
	void invoiceWhenDraftedThenItIsFinalizedPaidFoundAndBooked(Function<Organization, Api> credential) {
		Api api = credential.apply(Organization.register());
		String customer = api.post("/api/v1/customers",
				"""
						{"name": "Wayne Enterprises", "currency": "EUR",
						"billing_address": {"line1": "Hauptstr. 1", "city": "Berlin", "postal_code": "10115", "country": "DE"}}""")
				.expect(201)
				.text("/id");
		String rate = api.post("/api/v1/tax-rates", """
				{"name": "VAT", "percentage": "25", "country": "DE", "category": "S"}""").expect(201).text("/id");
		Answer draft = api.post("/api/v1/invoices", """
				{"customer_id": "%s", "lines": [{"description": "Consulting", "quantity": "1", "unit_amount": "1460.50",
				"tax_rate_id": "%s"}]}""".formatted(customer, rate)).expect(201);
		assertThat(draft.text("/status")).isEqualTo("draft");
		String invoice = draft.header("Location");

		Answer issued = api.post(invoice + "/finalize", "").expect(200);
		assertThat(issued.text("/number")).isEqualTo("INV-000001");
		assertThat(issued.text("/status")).isEqualTo("open");
		assertThat(issued.text("/tax/amount")).isEqualTo("365.13");
		assertThat(issued.text("/total/amount")).isEqualTo("1825.63");

		pay(api, invoice, "1000.00").expect(201);
		assertThat(api.get(invoice).text("/status")).isEqualTo("partially_paid");
		pay(api, invoice, "825.63").expect(201);
		assertThat(api.get(invoice).text("/status")).isEqualTo("paid");
		pay(api, invoice, "0.01").expect(409);

		Eventually.within(SOON, () -> {
			JsonNode found = api.get("/api/v1/search?q=INV-000001").expect(200).json().at("/data/0");
			assertThat(found.at("/id").asString()).isEqualTo(draft.text("/id"));
			return found;
		});
		Eventually.within(SOON, () -> {
			Answer revenue = api.get("/api/v1/analytics/revenue?currency=EUR").expect(200);
			assertThat(revenue.body()).contains("1825.63");
			return revenue;
		});
	}

	@Test
	void invoiceWhenFinalizedThenAWebhookTellsOfItSigned() {
		Api api = Organization.register().byToken();
		try (WebhookReceiver receiver = new WebhookReceiver()) {
			String secret = api.post("/api/v1/webhook-endpoints", """
					{"url": "%s", "event_types": ["invoice.finalized"]}""".formatted(receiver.url()))
					.expect(201)
					.text("/secret");
			String customer = api.post("/api/v1/customers", """
					{"name": "Wayne Enterprises", "currency": "EUR", "billing_address": {"country": "DE"}}""")
					.expect(201)
					.text("/id");
			Answer draft = api.post("/api/v1/invoices", """
					{"customer_id": "%s", "lines": [{"description": "Work", "quantity": "2", "unit_amount": "5.00"}]}"""
					.formatted(customer)).expect(201);
			api.post(draft.header("Location") + "/finalize", "").expect(200);
			String event = Eventually.within(SOON, () -> {
				assertThat(receiver.genuine(secret)).hasSize(1);
				return receiver.genuine(secret).getFirst();
			});
			assertThat(event).startsWith("{\"type\":\"invoice.finalized\"").contains(draft.text("/id"), "INV-000001");
		}
	}

	@Test
	void healthWhenAskedThenUp() {
		assertThat(Platform.anonymous().get("/health").expect(200).json().at("/status").asString())
				.isEqualToIgnoringCase("up");
	}

	private static Answer pay(Api api, String invoice, String amount) {
		return api.post(invoice + "/payments", """
				{"amount": {"amount": "%s", "currency": "EUR"}, "method": "bank_transfer"}""".formatted(amount));
	}

}
