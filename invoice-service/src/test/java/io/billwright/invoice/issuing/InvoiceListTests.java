package io.billwright.invoice.issuing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

import io.billwright.platform.test.PlatformTest;

import static io.billwright.invoice.issuing.BillingClient.line;
import static org.assertj.core.api.Assertions.assertThat;

@PlatformTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InvoiceListTests {

	private BillingClient billing;

	private String acme;

	/// `name total status`: draft 10, open 20, partially paid 30, paid 40, void 50, uncollectible 60, open JPY 2000.
	@BeforeAll
	void invoicesInEveryState(@Autowired WebTestClient client) {
		this.billing = BillingClient.ofNewOrganization(client);
		this.acme = this.billing.customer("Acmé Müller GmbH", "EUR");
		String other = this.billing.customer("Zeta", "EUR");
		this.billing.draft(this.acme, "10.00");
		this.billing.open(this.acme, "20.00");
		this.billing.pay(this.billing.open(this.acme, "30.00"), "1.00", 201);
		this.billing.pay(this.billing.open(other, "40.00"), "40.00", 201);
		this.billing.act(this.billing.open(other, "50.00"), "void", 200);
		this.billing.act(this.billing.open(other, "60.00"), "mark-uncollectible", 200);
		JsonNode yen = this.billing.post("/invoices", Map.of("customer_id", other, "currency", "JPY", "memo",
				"Bestellung 4711", "lines", List.of(line("Sushi", "1", "2000"))), 201);
		this.billing.act(yen, "finalize", 200);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {"status=draft|10.00", "status=open|20.00,2000", "status=partially_paid|30.00",
		"status=paid|40.00", "status=void|50.00", "status=uncollectible|60.00", "status=draft,paid|10.00,40.00",
		"status=draft&status=paid|10.00,40.00", "status=overdue|''", "status=overdue,draft|10.00",
		"currency=JPY|2000", "number=INV-000003|40.00", "number=INV-999999|''", "total_from=30&total_to=40|30.00,40.00",
		"total_from=59.99|60.00,2000", "q=acme|10.00,20.00,30.00", "q=MULLER gm|10.00,20.00,30.00", "q=mull gm|''",
		"q=3|40.00",
		"q=inv-000003|40.00", "q=sushi 47|2000", "q=ushi|''", "q=--|''", "status=paid&q=acme|''",
		"issue_date_from=2000-01-01|20.00,30.00,40.00,50.00,60.00,2000", "issue_date_to=2000-01-01|''",
		"due_date_from=2000-01-01&due_date_to=2001-01-01|''", "created_from=2000-01-01T00:00:00Z&status=draft|10.00",
		"created_before=2000-01-01T00:00:00Z|''"})
	void listWhenFilteredThenShowsWhatPasses(String query, String totals) {
		assertThat(totals("/invoices?sort=total&" + query))
				.isEqualTo(totals.isEmpty() ? List.of() : List.of(totals.split(",")));
	}

	/// Each issued invoice has the word `inv`. Once the statistics say that half of all have this tenant's, it is no longer
	/// looked up, only compared.
	@Test
	void listWhenMostInvoicesShareAWordThenTheOtherWordsTellThemApart(@Value("${spring.flyway.url}") String url,
			@Value("${spring.flyway.user}") String owner, @Value("${spring.flyway.password}") String password)
			throws SQLException {
		try (Connection connection = DriverManager.getConnection(url, owner, password);
				Statement statement = connection.createStatement()) {
			statement.execute(
					"SELECT set_config('app.organization_id', '%s', false), set_config('app.mode', 'live', false)"
							.formatted(this.billing.tenant().organization()));
			statement.execute(
					"""
							SELECT pg_restore_attribute_stats('schemaname', 'public', 'relname', 'invoice_text', 'attname', 'words',
								'inherited', false, 'most_common_elems', invoice_words('inv')::text,
								'most_common_elem_freqs', '{0.5,0.5,0.5,0}'::real[])""");
			ResultSet common = statement.executeQuery("SELECT invoice_word_is_common(invoice_query('inv'))");
			assertThat(common.next() && common.getBoolean(1)).isTrue();
		}

		assertThat(totals("/invoices?sort=total&q=inv 3")).containsExactly("40.00");
		assertThat(totals("/invoices?sort=total&q=inv acme")).containsExactly("20.00", "30.00");
		assertThat(totals("/invoices?sort=total&q=inv zebra")).isEmpty();
	}

	@Test
	void listWhenFilteredByCustomerThenShowsTheCustomers() {
		assertThat(totals("/invoices?sort=-total&customer_id=" + this.acme)).containsExactly("30.00", "20.00", "10.00");
	}

	@ParameterizedTest
	@ValueSource(strings = {"created_at", "-created_at", "issue_date", "-issue_date", "due_date", "-due_date", "total",
		"-total", "number", "-number"})
	void listWhenPagedThenEachInvoiceComesOnceInOrder(String sort) {
		List<String> all = totals("/invoices?sort=" + sort);
		assertThat(all).hasSize(7);

		for (String filter : List.of("", "&status=draft,open,partially_paid,paid,void,uncollectible")) {
			List<String> paged = new ArrayList<>();
			String cursor = "";
			do {
				JsonNode page = this.billing.get("/invoices?limit=2&sort=" + sort + filter + cursor, 200);
				page.path("data").values().forEach((row) -> paged.add(row.at("/total/amount").asString()));
				cursor = page.path("has_more").asBoolean() ? "&cursor=" + page.path("next_cursor").asString() : null;
			} while (cursor != null);
			assertThat(paged).isEqualTo(all);
		}
	}

	@Test
	void listWhenOfOneDayThenIsGatheredAndPagedInOrder() {
		String day = this.billing.get("/invoices?status=open", 200).at("/data/0/issue_date").asString();
		String list = "/invoices?sort=-total&status=open,paid,void,partially_paid,uncollectible&issue_date_from=%s&issue_date_to=%s"
				.formatted(day, day);
		assertThat(totals(list)).containsExactly("2000", "60.00", "50.00", "40.00", "30.00", "20.00");

		JsonNode first = this.billing.get(list + "&limit=4", 200);
		assertThat(totals(list + "&cursor=" + first.path("next_cursor").asString())).containsExactly("30.00", "20.00");
	}

	@Test
	void listWhenSortedByNumberThenDraftsComeLast() {
		assertThat(totals("/invoices?sort=number")).containsExactly("20.00", "30.00", "40.00", "50.00", "60.00", "2000",
				"10.00");
	}

	@ParameterizedTest
	@CsvSource({"'',7", "status=overdue,0", "'status=open,paid',3", "q=acme,3", "total_from=30,5"})
	void listWhenTheTotalIsAskedForThenCountsAllPages(String query, long total) {
		assertThat(this.billing.get("/invoices?limit=1&include=total&" + query, 200).path("total").asLong())
				.isEqualTo(total);
	}

	@ParameterizedTest
	@ValueSource(strings = {"sort=customer", "status=unknown", "total_from=1e9", "total_from=x",
		"issue_date_from=2026-02-30",
		"cursor=!", "cursor=YQ", "customer_id=1", "q="})
	void listWhenAParameterIsWrongThenRefused(String query) {
		this.billing.get("/invoices?" + query, 400);
	}

	@Test
	void listWhenSeveralParametersAreWrongThenAllAreTold() {
		JsonNode problem = this.billing.get("/invoices?limit=1000&sort=foo&status=nope&issue_date_from=x&q=", 400);
		assertThat(problem.path("errors").findValuesAsString("field")).containsExactly("status", "issue_date_from",
				"limit", "q", "sort");
	}

	@Test
	void cursorWhenUsedWithAnotherSortThenRefused() {
		String cursor = this.billing.get("/invoices?limit=1&sort=total", 200).path("next_cursor").asString();

		this.billing.get("/invoices?sort=-total&cursor=" + cursor, 400);
	}

	private List<String> totals(String path) {
		return this.billing.list(path).stream().map((row) -> row.at("/total/amount").asString()).toList();
	}

}
