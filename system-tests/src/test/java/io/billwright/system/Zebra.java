package io.billwright.system;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/// An organization that has one of everything.
///
/// @param ids of one resource for each path that resources have
/// @param looks how each resource looks to its owner, by id
record Zebra(Api api, String token, String apiKey, String cookie, Map<String, String> ids,
		Map<String, String> paths, Map<String, String> looks) {

	static Zebra create() {
		Organization organization = Organization.register();
		String token = organization.login("token").text("/access_token");
		String cookie = organization.login("session").header("Set-Cookie").replaceFirst(";.*", "");
		Api api = Platform.anonymous().bearer(token);
		Map<String, String> ids = new TreeMap<>();
		Answer key = api.post("/api/v1/api-keys", """
				{"name": "Zebra", "mode": "live", "scopes": ["invoices:read"]}""").expect(201);
		ids.put("/api/v1/api-keys", key.text("/id"));
		ids.put("/api/v1/members", api.get("/api/v1/members").expect(200).text("/data/0/id"));
		ids.put("/api/v1/auth/sessions", Platform.anonymous()
				.with("Cookie", cookie)
				.get("/api/v1/auth/sessions/current")
				.expect(200)
				.text("/id"));
		ids.put("/api/v1/invitations", api.post("/api/v1/invitations", """
				{"email": "zebra-%s@example.com", "role": "billing"}""".formatted(UUID.randomUUID()))
				.expect(201)
				.text("/id"));
		ids.put("/api/v1/organizations/me/exports",
				api.post("/api/v1/organizations/me/exports", "").expect(202).text("/id"));
		ids.put("/api/v1/customers", create(api, "/api/v1/customers", """
				{"name": "Zebra Ltd", "currency": "EUR"}"""));
		ids.put("/api/v1/tax-rates", create(api, "/api/v1/tax-rates", """
				{"name": "Zebra VAT", "percentage": "25", "country": "DE", "category": "S"}"""));
		ids.put("/api/v1/products", create(api, "/api/v1/products", """
				{"name": "Zebra"}"""));
		ids.put("/api/v1/prices", create(api, "/api/v1/prices", """
				{"product_id": "%s", "currency": "EUR", "nickname": "Zebra",
				"pricing": {"model": "per_unit", "unit_amount": "1.50"}}""".formatted(ids.get("/api/v1/products"))));
		ids.put("/api/v1/invoices", create(api, "/api/v1/invoices", """
				{"customer_id": "%s", "lines": [{"description": "Zebra", "quantity": "1", "unit_amount": "1825.63"}]}"""
				.formatted(ids.get("/api/v1/customers"))));
		String invoice = "/api/v1/invoices/" + ids.get("/api/v1/invoices");
		api.post(invoice + "/finalize", "").expect(200);
		ids.put("/api/v1/payments", api.post(invoice + "/payments", """
				{"amount": {"amount": "1000.00", "currency": "EUR"}, "method": "bank_transfer"}""")
				.expect(201)
				.text("/id"));
		ids.put("/api/v1/meters", create(api, "/api/v1/meters", """
				{"slug": "zebra", "name": "Zebra", "event_name": "zebra", "aggregation": "count"}"""));
		ids.put("/api/v1/usage/summary", ids.get("/api/v1/customers"));
		Eventually.within(Duration.ofSeconds(20),
				() -> api.get("/api/v1/usage/summary/" + ids.get("/api/v1/customers")).expect(200));
		ids.put("/api/v1/usage/allowances", create(api, "/api/v1/usage/allowances", """
				{"customer": "%s", "meter": "zebra", "amount": "1825.63"}""".formatted(ids.get("/api/v1/customers"))));
		ids.put("/api/v1/usage/alerts", create(api, "/api/v1/usage/alerts", """
				{"meter": "zebra", "period": "month", "levels": ["1825.63"]}"""));
		api.post("/api/v1/usage/events", """
				{"idempotency_key": "zebra", "customer": "%s", "metric": "zebra", "properties": {"stripes": 1825.63}}"""
				.formatted(ids.get("/api/v1/customers"))).expect(202);
		String correction = """
				{"type": "amend", "customer": "%s", "idempotency_key": "zebra", "reason": "Zebra",
				"properties": {"stripes": 12.5, "tame": false, "name": "Zebra"}}"""
				.formatted(ids.get("/api/v1/customers"));
		ids.put("/api/v1/usage/corrections", Eventually.within(Duration.ofSeconds(20),
				() -> api.post("/api/v1/usage/corrections", correction).expect(201)).text("/id"));
		ids.put("/api/v1/usage/backfills", create(api, "/api/v1/usage/backfills", """
				{"customer": "%s", "start_date": "2026-11-01", "end_date": "2026-11-01", "reason": "Zebra"}"""
				.formatted(ids.get("/api/v1/customers"))));
		ids.put("/api/v1/usage/closings", Eventually.within(Duration.ofSeconds(20),
				() -> api.post("/api/v1/usage/closings", """
						{"customer": "%s", "start_date": "2026-11-01", "end_date": "2026-11-01", "meters": ["zebra"]}"""
						.formatted(ids.get("/api/v1/customers"))).expect(201))
				.text("/id"));
		ids.put("/api/v1/webhook-endpoints", create(api, "/api/v1/webhook-endpoints",
				"""
						{"url": "https://zebra.example.com/hook", "event_types": ["invoice.voided"], "description": "Zebra"}"""));
		// What has the same id as the customer is not looked at.
		Map<String, String> paths = ids.entrySet()
				.stream()
				.collect(Collectors.toMap(Map.Entry::getValue, (entry) -> entry.getKey() + "/" + entry.getValue(),
						(customer, usage) -> customer));
		Zebra zebra = new Zebra(api, token, key.text("/secret"), cookie, ids, paths, new TreeMap<>());
		paths.keySet().forEach((id) -> zebra.looks.put(id, zebra.look(id)));
		return zebra;
	}

	/// How the resource looks to its owner now.
	String look(String id) {
		String path = this.paths.get(id);
		// Sessions have a list only.
		if (path.startsWith("/api/v1/auth/sessions/")) {
			return Boolean.toString(this.api.get("/api/v1/auth/sessions").expect(200).body().contains(id));
		}
		// An export goes on by itself.
		return path.contains("/exports/")
				? this.api.get(path).expect(200).text("/id")
				: this.api.get(path).expect(200).body();
	}

	private static String create(Api api, String path, String body) {
		return api.post(path, body).expect(201).text("/id");
	}

}
