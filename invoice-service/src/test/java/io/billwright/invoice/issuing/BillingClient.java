package io.billwright.invoice.issuing;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;

import static org.assertj.core.api.Assertions.assertThat;

/// One tenant's client of the billing API, for stories.
public record BillingClient(WebTestClient client, Passport passport) {

	private static final String[] SCOPES = {"customers:write", "catalog:write", "invoices:read", "invoices:write",
		"payments:read", "payments:write", "ledger:read", "organization:read", "organization:write"};

	/// A client of an organization nobody has used.
	public static BillingClient ofNewOrganization(WebTestClient client) {
		return new BillingClient(client, Passports.user(Passports.freshId("org"), SCOPES));
	}

	/// The same organization in test mode.
	public BillingClient inTestMode() {
		return new BillingClient(this.client, this.passport.inTestMode());
	}

	/// Whose data the client sees.
	public Tenant tenant() {
		return new Tenant(OrganizationId.parse(Objects.requireNonNull(this.passport.organization())).value(),
				this.passport.mode().equals("live"));
	}

	/// A new customer's id.
	public String customer(String name, String currency) {
		return post("/customers", Map.of("name", name, "currency", currency), 201).path("id").asString();
	}

	/// A draft with one line.
	public JsonNode draft(String customer, String unitAmount) {
		return post("/invoices", Map.of("customer_id", customer, "lines", List.of(line("Work", "1", unitAmount))), 201);
	}

	/// An issued invoice with one line.
	public JsonNode open(String customer, String unitAmount) {
		return act(draft(customer, unitAmount), "finalize", 200);
	}

	/// A transition.
	public JsonNode act(JsonNode invoice, String action, int status) {
		return post("/invoices/" + invoice.path("id").asString() + "/" + action, Map.of(), status);
	}

	/// A payment.
	public JsonNode pay(JsonNode invoice, String amount, int status) {
		return post("/invoices/" + invoice.path("id").asString() + "/payments", Map.of("amount",
				Map.of("amount", amount, "currency", invoice.path("currency").asString())), status);
	}

	/// A line by hand.
	public static Map<String, Object> line(String description, String quantity, String unitAmount) {
		return Map.of("description", description, "quantity", quantity, "unit_amount", unitAmount);
	}

	public JsonNode post(String path, Object body, int status) {
		return send(HttpMethod.POST, path, body, status);
	}

	public JsonNode patch(String path, Object body, int status) {
		return send(HttpMethod.PATCH, path, body, status);
	}

	public JsonNode get(String path, int status) {
		return read(this.passport.on(this.client).get().uri("/api/v1" + path).exchange(), status);
	}

	/// The rows of a list.
	public List<JsonNode> list(String path) {
		return List.copyOf(get(path, 200).path("data").values());
	}

	public void delete(String path, int status) {
		this.passport.on(this.client).delete().uri("/api/v1" + path).exchange().expectStatus().isEqualTo(status);
	}

	private JsonNode send(HttpMethod method, String path, Object body, int status) {
		return read(this.passport.on(this.client)
				.method(method)
				.uri("/api/v1" + path)
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(body)
				.exchange(), status);
	}

	private static JsonNode read(WebTestClient.ResponseSpec response, int status) {
		JsonNode body = response.expectBody(JsonNode.class).returnResult().getResponseBody();
		assertThat(response.returnResult(Void.class).getStatus().value()).as(String.valueOf(body)).isEqualTo(status);
		return body;
	}

}
