package io.billwright.system;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.billwright.system.Operations.Operation;

import static org.assertj.core.api.Assertions.assertThat;

/// Every operation of the public API, asked by somebody who must not: without a credential, with one that was tampered
/// with, with another organization's ids. An operation that is new is asked as well, and fails here until it is known.
class AccessTests {

	/// What may be asked without a credential. Written down once more, on purpose: a new one is a decision.
	private static final List<String> PUBLIC = List.of("GET /.well-known/jwks.json", "POST /api/v1/auth/login",
			"POST /api/v1/auth/logout", "POST /api/v1/auth/password/forgot", "POST /api/v1/auth/password/reset",
			"POST /api/v1/auth/refresh", "POST /api/v1/auth/register", "POST /api/v1/auth/verify-email",
			"POST /api/v1/auth/verify-email/resend", "POST /api/v1/invitations/accept");

	/// What the lists that need a question are asked.
	private static final Map<String, String> QUESTIONS = Map.of("/api/v1/search", "?q=zebra", "/api/v1/search/suggest",
			"?q=zebra");

	/// The lists of one resource that is named in the question, and where that resource stands.
	private static final Map<String, String> LISTS_OF_ONE = Map.of(
			"/api/v1/usage/events?metric=zebra&from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z&customer=%s",
			"/api/v1/customers", "/api/v1/usage/corrections?customer=%s", "/api/v1/customers",
			"/api/v1/usage/backfills?customer=%s", "/api/v1/customers",
			"/api/v1/usage/adjustments?customer=%s", "/api/v1/customers",
			"/api/v1/usage/customers/top?metric=%s", "/api/v1/meters",
			"/api/v1/usage/balance?customer=%s", "/api/v1/customers");

	private static final String PATCHED_NAME = """
			{"name": "Mallory"}""";

	/// A valid body for each operation on one resource that takes one.
	private static final Map<String, String> BODIES = Map.ofEntries(
			Map.entry("PATCH /api/v1/customers/{id}", PATCHED_NAME),
			Map.entry("PATCH /api/v1/products/{id}", PATCHED_NAME),
			Map.entry("PATCH /api/v1/tax-rates/{id}", PATCHED_NAME),
			Map.entry("PATCH /api/v1/meters/{id}", PATCHED_NAME),
			Map.entry("PATCH /api/v1/prices/{id}", """
					{"nickname": "Mallory"}"""),
			Map.entry("PATCH /api/v1/invoices/{id}", """
					{"memo": "Mallory"}"""),
			Map.entry("PATCH /api/v1/members/{id}", """
					{"role": "read_only"}"""),
			Map.entry("POST /api/v1/invoices/{id}/payments", """
					{"amount": {"amount": "1.00", "currency": "EUR"}, "method": "bank_transfer"}"""),
			Map.entry("POST /api/v1/api-keys/{id}/rotate", """
					{"overlap_seconds": 60}"""),
			Map.entry("POST /api/v1/api-keys/{id}/signing-secrets", """
					{"overlap_seconds": 60}"""),
			Map.entry("PATCH /api/v1/webhook-endpoints/{id}", """
					{"description": "Mallory"}"""),
			Map.entry("POST /api/v1/webhook-endpoints/{id}/rotate-secret", """
					{"overlap_seconds": 60}"""),
			Map.entry("POST /api/v1/usage/closings/{id}/settle", """
					{"figures": {"zebra": "1"}}"""),
			Map.entry("POST /api/v1/usage/backfills/{id}/events", """
					[{"idempotency_key": "mallory", "customer": "mallory", "metric": "zebra"}]"""));

	private static List<Operation> operations;

	private static Zebra zebra;

	private static Api mallory;

	@BeforeAll
	static void twoOrganizations() {
		operations = Operations.all();
		zebra = Zebra.create();
		mallory = Organization.register().byToken();
	}

	static Stream<Operation> guarded() {
		return operations.stream().filter((operation) -> !operation.isPublic());
	}

	static Stream<Operation> ofOneResource() {
		return guarded().filter(Operation::isOfOneResource).filter((operation) -> !isOperators(operation));
	}

	static Stream<Operation> ofTheOperator() {
		return guarded().filter(AccessTests::isOperators);
	}

	private static boolean isOperators(Operation operation) {
		return operation.path().startsWith("/api/v1/admin/");
	}

	/// Everything that is read without an id, but for one's own session, as there is none behind an access token, and for what
	/// does not end.
	static Stream<Operation> lists() {
		return guarded().filter((operation) -> operation.method().equals("GET") && !operation.isOfOneResource())
				.filter((operation) -> !operation.path().endsWith("/current") && !operation.path().endsWith("/tail"))
				.filter((operation) -> !isOperators(operation))
				.filter((operation) -> LISTS_OF_ONE.keySet()
						.stream()
						.noneMatch((question) -> question.startsWith(operation.path() + "?")));
	}

	static Stream<String> listsOfOne() {
		return LISTS_OF_ONE.keySet().stream();
	}

	@Test
	void operationsWhenPublicThenAreThoseThatWeDecidedOn() {
		assertThat(operations.stream().filter(Operation::isPublic)).extracting(Operation::toString)
				.containsExactlyInAnyOrderElementsOf(PUBLIC);
	}

	@ParameterizedTest
	@MethodSource("guarded")
	void operationWhenThereIsNoValidCredentialThenIsRefused(Operation operation) {
		Api anonymous = Platform.anonymous();
		Map<String, Api> intruders = new LinkedHashMap<>();
		intruders.put("nothing", anonymous);
		intruders.put("a tampered access token", anonymous.bearer(tampered(zebra.token())));
		intruders.put("an unsigned access token", anonymous.bearer(unsigned(zebra.token())));
		intruders.put("a tampered API key", anonymous.bearer(tampered(zebra.apiKey())));
		intruders.put("a tampered cookie", anonymous.with("Cookie", tampered(zebra.cookie())));
		intruders.put("a passport of one's own", anonymous.with("X-Billwright-Passport", zebra.token()));
		intruders.forEach((credential, intruder) -> {
			Answer answer = intruder.send(operation.method(), operation.at(UUID.randomUUID().toString()), "");
			assertThat(answer.status()).as("%s with %s answered %s", operation, credential, answer.body())
					.isEqualTo(401);
			assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
			assertThat(answer.text("/code")).isEqualTo("unauthenticated");
		});
	}

	@ParameterizedTest
	@MethodSource("ofOneResource")
	void resourceWhenItIsAnotherOrganizationsThenIsAsAbsentAsOneThatNeverWas(Operation operation) {
		String id = zebra.ids().get(operation.path().replaceFirst("/\\{.*", ""));
		assertThat(id).as("a resource of %s", operation.path()).isNotNull();
		String body = BODIES.getOrDefault(operation.toString(), "");
		String path = operation.at(id);

		Answer answer = mallory.send(operation.method(), path, body).expect(404);

		String never = id.substring(0, id.length() - 4) + "zzzz";
		Answer absent = mallory.send(operation.method(), operation.at(never), body);
		assertThat(answer.body().replace(id, never).replace(answer.text("/request_id"), ""))
				.isEqualTo(absent.body().replace(absent.text("/request_id"), ""));
		assertThat(zebra.look(id)).isEqualTo(zebra.looks().get(id));
	}

	@ParameterizedTest
	@MethodSource("ofTheOperator")
	void operationWhenItIsTheOperatorsThenDoesNotExistForAnOwner(Operation operation) {
		String id = (operation.path().contains("organizations") ? "org" : "rl") + "_01m7z19s03fe3bvg4sa75k55wn";
		mallory.send(operation.method(), operation.at(id), "{}").expect(404);
	}

	@ParameterizedTest
	@MethodSource("lists")
	void listWhenReadByAnotherOrganizationThenNamesAndCountsNothing(Operation operation) {
		String question = QUESTIONS.getOrDefault(operation.path(), "?include=total");

		Answer answer = mallory.get(operation.path() + question);
		if (answer.status() == 400) {
			answer = mallory.get(operation.path());
		}

		assertThat(answer.expect(200).body()).doesNotContain(zebra.ids().values()).doesNotContain("Zebra", "1825.63");
	}

	@ParameterizedTest
	@MethodSource("listsOfOne")
	void listWhenItIsOfWhatIsAnotherOrganizationsThenIsAsAbsentAsOfWhatNeverWas(String question) {
		String id = zebra.ids().get(LISTS_OF_ONE.get(question));
		String never = id.substring(0, id.length() - 4) + "zzzz";
		zebra.api().get(question.formatted(id)).expect(200);

		Answer answer = mallory.get(question.formatted(id));

		Answer absent = mallory.get(question.formatted(never));
		assertThat(answer.status()).isEqualTo(absent.status()).isBetween(400, 499);
		assertThat(answer.body().replace(id, never).replace(answer.text("/request_id"), ""))
				.isEqualTo(absent.body().replace(absent.text("/request_id"), ""));
	}

	@Test
	void invoiceWhenItNamesAnotherOrganizationsCustomerThenTheCustomerDoesNotExist() {
		String invoice = """
				{"customer_id": "%s", "lines": [{"description": "x", "quantity": "1", "unit_amount": "1.00"}]}""";
		String customer = zebra.ids().get("/api/v1/customers");
		String never = customer.substring(0, customer.length() - 4) + "zzzz";

		Answer answer = mallory.post("/api/v1/invoices", invoice.formatted(customer));

		Answer absent = mallory.post("/api/v1/invoices", invoice.formatted(never));
		assertThat(answer.status()).isEqualTo(absent.status()).isBetween(400, 499);
		assertThat(answer.text("/code")).isEqualTo(absent.text("/code"));
	}

	@Test
	void correctionWhenItNamesAnotherOrganizationsEventThenTheEventDoesNotExist() {
		String correction = """
				{"type": "void", "reason": "Mallory", "idempotency_key": "zebra", "customer": "%s"}""";
		String customer = zebra.ids().get("/api/v1/customers");
		String never = customer.substring(0, customer.length() - 4) + "zzzz";

		Answer answer = mallory.post("/api/v1/usage/corrections", correction.formatted(customer)).expect(404);

		Answer absent = mallory.post("/api/v1/usage/corrections", correction.formatted(never));
		assertThat(answer.body().replace(customer, never).replace(answer.text("/request_id"), ""))
				.isEqualTo(absent.body().replace(absent.text("/request_id"), ""));
	}

	/// Another character in the middle, where a signature or a secret has no redundancy.
	private static String tampered(String credential) {
		int middle = credential.length() - 10;
		char other = (credential.charAt(middle) == 'a') ? 'b' : 'a';
		return credential.substring(0, middle) + other + credential.substring(middle + 1);
	}

	/// The same claims, with the algorithm `none`.
	private static String unsigned(String token) {
		return "eyJhbGciOiJub25lIn0." + token.split("\\.")[1] + ".";
	}

}
