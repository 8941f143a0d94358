package io.billwright.local.demo;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.local.demo.Business.CustomerPlan;
import io.billwright.local.demo.Business.InvoicePlan;
import io.billwright.local.demo.Business.LinePlan;
import io.billwright.local.demo.Business.Outcome;
import io.billwright.local.demo.Business.ProductPlan;

/// `./billwright demo`: an organization with 200 customers, a catalog and 2,000 invoices over 18 months.
///
/// What it finds is left alone: customers, products and prices by their external id, invoices by the key in their memo.
/// So it may be interrupted, run again and run twice, and does only what is missing.
public final class Demo {

	static final String EMAIL = "demo@billwright.example";

	static final String PASSWORD = "tidy otters juggle quietly";

	private static final int WORKERS = 8;

	private final DemoApi api;

	private final long seed;

	private final int customerCount;

	private final int invoiceCount;

	private final PrintStream out;

	private final Map<String, String> customers = new ConcurrentHashMap<>();

	private final Map<String, String> prices = new ConcurrentHashMap<>();

	private final Map<String, String> taxRates = new ConcurrentHashMap<>();

	/// Key to the invoice as it is now.
	private final Map<String, JsonNode> invoices = new ConcurrentHashMap<>();

	Demo(DemoApi api, long seed, int customers, int invoices, PrintStream out) {
		this.api = api;
		this.seed = seed;
		this.customerCount = customers;
		this.invoiceCount = invoices;
		this.out = out;
	}

	/// `--url=`, `--certificate=`, `--seed=`, `--customers=`, `--invoices=`.
	public static void main(String[] arguments) {
		Map<String, String> options = new HashMap<>(Map.of("url", "https://localhost:8443", "certificate",
				".billwright/secrets/gateway.certificate.pem", "seed", "2026", "customers", "200", "invoices", "2000"));
		try {
			for (String argument : arguments) {
				String[] parts = argument.replaceFirst("^--", "").split("=", 2);
				if ((parts.length != 2) || (options.replace(parts[0], parts[1]) == null)) {
					throw new DemoFailure("Unknown option " + argument + "; there are --"
							+ String.join("=, --", options.keySet()) + "=");
				}
			}
			new Demo(new DemoApi(URI.create(options.get("url")), Path.of(options.get("certificate"))),
					Long.parseLong(options.get("seed")), Integer.parseInt(options.get("customers")),
					Integer.parseInt(options.get("invoices")), System.out)
					.run();
		}
		catch (DemoFailure | IllegalArgumentException failure) {
			System.err.println();
			System.err.println("demo: " + failure.getMessage());
			System.exit(1);
		}
	}

	void run() {
		authenticate();
		Business business = Business.invent(this.seed, firstDay(), this.customerCount, this.invoiceCount);
		findWhatIsThere();
		fillCatalog(business);
		each("Customers", business.customers(), this::createCustomer);
		each("Drafts", business.invoices(), this::createDraft);
		// One after the other, as numbers and dates rise together.
		Progress finalizing = progress("Finalized", business.invoices().size());
		for (InvoicePlan plan : business.invoices()) {
			finalizeInvoice(plan);
			finalizing.step();
		}
		finalizing.finish();
		each("Paid, void, given up", business.invoices(), this::settle);
		List<InvoicePlan> newest = business.invoices().subList(business.invoices().size() / 2,
				business.invoices().size());
		each("Looked up", newest, this::lookUp);
		this.out.printf("%nDone. Log in as %s with the password \"%s\".%n", EMAIL, PASSWORD);
	}

	// --- the organization ---

	private void authenticate() {
		if (login().statusCode() == 401) {
			this.api.call("POST", "/api/v1/auth/register", Map.of("organization",
					Map.of("name", "Northwind Software GmbH", "country", "DE", "time_zone", "Europe/Berlin",
							"default_currency",
							"EUR"),
					"name", "Dana Demo", "email", EMAIL, "password", PASSWORD), null);
		}
		this.api.authenticate(this::accessToken);
	}

	private String accessToken() {
		HttpResponse<String> login = login();
		if (login.statusCode() != 200) {
			throw new DemoFailure(
					"Logging in as %s was refused with %d: %s".formatted(EMAIL, login.statusCode(), login.body()));
		}
		return new JsonMapper().readTree(login.body()).path("access_token").asString();
	}

	private HttpResponse<String> login() {
		return this.api.attempt("POST", DemoApi.LOGIN,
				Map.of("email", EMAIL, "password", PASSWORD, "mode", "token"),
				null);
	}

	/// The day the organization was made, so that a later run invents the same business.
	private LocalDate firstDay() {
		JsonNode organization = this.api.call("GET", "/api/v1/organizations/me", null, null);
		return LocalDate.ofInstant(Instant.parse(organization.path("created_at").asString()), ZoneOffset.UTC);
	}

	private void findWhatIsThere() {
		this.api.all("/api/v1/customers")
				.forEach((row) -> this.customers.put(text(row, "external_id"), text(row, "id")));
		this.api.all("/api/v1/prices").forEach((row) -> this.prices.put(text(row, "external_id"), text(row, "id")));
		this.api.all("/api/v1/tax-rates").forEach((row) -> this.taxRates.put(text(row, "country"), text(row, "id")));
		this.api.all("/api/v1/invoices").forEach((row) -> this.invoices.put(text(row, "memo"), row));
	}

	// --- the catalog ---

	private void fillCatalog(Business business) {
		Map<String, String> products = new HashMap<>();
		this.api.all("/api/v1/products").forEach((row) -> products.put(text(row, "external_id"), text(row, "id")));
		Set<String> currencies = new LinkedHashSet<>();
		for (Country country : Country.values()) {
			currencies.add(country.currency());
			this.taxRates.computeIfAbsent(country.name(),
					(code) -> create("/api/v1/tax-rates", Map.of("name", "VAT " + code,
							"percentage", country.vat(), "country", code, "category", "S")));
		}
		Progress progress = progress("Products and prices", business.products().size());
		for (ProductPlan product : business.products()) {
			String id = products.computeIfAbsent(product.key(), (key) -> create("/api/v1/products",
					Map.of("external_id", key, "name", product.name(), "description", product.description())));
			for (String currency : currencies) {
				this.prices.computeIfAbsent(priceKey(product, currency), (key) -> create("/api/v1/prices",
						Map.of("external_id", key, "product_id", id, "currency", currency, "pricing", Map.of("model",
								"per_unit", "unit_amount", Business.priced(product.euros(), currency)))));
			}
			progress.step();
		}
		progress.finish();
	}

	private static String priceKey(ProductPlan product, String currency) {
		return product.key() + '-' + currency;
	}

	private String create(String path, Map<String, Object> body) {
		return text(this.api.call("POST", path, body, null), "id");
	}

	// --- customers and invoices ---

	private void createCustomer(CustomerPlan plan) {
		this.customers.computeIfAbsent(plan.key(), (key) -> create("/api/v1/customers",
				Map.of("external_id", key, "name", plan.name(), "email", plan.email(), "currency",
						plan.country().currency(),
						"time_zone", plan.country().timeZone(), "payment_terms_days", plan.terms(), "billing_address",
						Map.of("line1", plan.street(), "city", plan.town(), "country", plan.country().name()))));
	}

	private void createDraft(InvoicePlan plan) {
		this.invoices.computeIfAbsent(plan.key(), (key) -> this.api.call("POST", "/api/v1/invoices",
				Map.of("customer_id", required(this.customers, plan.customer().key()), "memo", key, "due_date",
						plan.issued().plusDays(plan.customer().terms()).toString(), "lines",
						plan.lines().stream().map((line) -> toLine(line, plan.customer().country())).toList()),
				this.seed + "-draft-" + key));
	}

	private Map<String, Object> toLine(LinePlan line, Country country) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("quantity", line.quantity());
		body.put("tax_rate_id", required(this.taxRates, country.name()));
		if (line.product() != null) {
			body.put("price_id", required(this.prices, priceKey(line.product(), country.currency())));
		}
		if (line.description() != null) {
			body.put("description", line.description());
		}
		if (line.unitAmount() != null) {
			body.put("unit_amount", line.unitAmount());
		}
		return body;
	}

	private void finalizeInvoice(InvoicePlan plan) {
		if ((plan.outcome() == Outcome.DRAFT) || !is(plan, "draft")) {
			return;
		}
		act(plan, "finalize", Map.of("issue_date", plan.issued().toString()));
	}

	private void settle(InvoicePlan plan) {
		if (!is(plan, "open")) {
			return;
		}
		switch (plan.outcome()) {
			case PAID -> pay(plan, BigDecimal.ONE);
			case PARTIALLY_PAID -> pay(plan, new BigDecimal("0.4"));
			case VOID -> act(plan, "void", null);
			case UNCOLLECTIBLE -> act(plan, "mark-uncollectible", null);
			case DRAFT, OPEN -> {
			}
		}
	}

	private void pay(InvoicePlan plan, BigDecimal share) {
		JsonNode due = required(this.invoices, plan.key()).path("total");
		BigDecimal total = new BigDecimal(text(due, "amount"));
		String amount = total.multiply(share).setScale(total.scale(), RoundingMode.HALF_UP).toPlainString();
		this.api.call("POST", path(plan) + "/payments",
				Map.of("amount", DemoApi.money(amount, text(due, "currency")), "method", "bank_transfer", "reference",
						plan.key(),
						"received_on", plan.paid().toString()),
				this.seed + "-pay-" + plan.key());
	}

	/// What a page that shows the invoice fetches beside it.
	private void lookUp(InvoicePlan plan) {
		Country country = plan.customer().country();
		get("/api/v1/customers/" + required(this.customers, plan.customer().key()));
		get("/api/v1/tax-rates/" + required(this.taxRates, country.name()));
		plan.lines()
				.stream()
				.filter((line) -> line.product() != null)
				.forEach((line) -> get("/api/v1/prices/"
						+ required(this.prices, priceKey(Objects.requireNonNull(line.product()), country.currency()))));
	}

	private void get(String path) {
		this.api.call("GET", path, null, null);
	}

	private void act(InvoicePlan plan, String action, @Nullable Object body) {
		this.invoices.put(plan.key(),
				this.api.call("POST", path(plan) + '/' + action, body, this.seed + "-" + action + "-" + plan.key()));
	}

	private boolean is(InvoicePlan plan, String status) {
		return text(required(this.invoices, plan.key()), "status").equals(status);
	}

	private String path(InvoicePlan plan) {
		return "/api/v1/invoices/" + text(required(this.invoices, plan.key()), "id");
	}

	// --- work and its progress ---

	/// Several at once; the first failure ends it.
	private <T> void each(String stage, List<T> plans, Consumer<T> work) {
		Progress progress = progress(stage, plans.size());
		try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
			List<Future<?>> all = new ArrayList<>();
			for (T plan : plans) {
				all.add(workers.submit(() -> {
					work.accept(plan);
					progress.step();
				}));
			}
			for (Future<?> one : all) {
				try {
					one.get();
				}
				catch (ExecutionException | InterruptedException ex) {
					workers.shutdownNow();
					throw (ex.getCause() instanceof RuntimeException cause) ? cause : new DemoFailure("Stopped.");
				}
			}
		}
		progress.finish();
	}

	/// JDK 25 has no console again where there is no terminal.
	@SuppressWarnings("SystemConsoleNull")
	private Progress progress(String stage, int goal) {
		return new Progress(this.out, (System.console() != null) && System.console().isTerminal(), stage, goal);
	}

	private static String text(JsonNode row, String field) {
		return row.path(field).asString("");
	}

	private static <V> V required(Map<String, V> known, String key) {
		@Nullable
		V value = known.get(key);
		if (value == null) {
			throw new DemoFailure("Missing " + key);
		}
		return value;
	}

}
