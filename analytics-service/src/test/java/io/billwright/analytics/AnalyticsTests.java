package io.billwright.analytics;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import io.billwright.contracts.InvoiceSnapshot;
import io.billwright.contracts.OrganizationSnapshot;
import io.billwright.contracts.PaymentSnapshot;
import io.billwright.contracts.Topics;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.messaging.Outbox;
import io.billwright.platform.messaging.OutboxEvent;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;

import static io.billwright.analytics.Ledger.invoice;
import static io.billwright.analytics.Ledger.organization;
import static io.billwright.analytics.Ledger.payment;
import static org.assertj.core.api.Assertions.assertThat;

@PlatformTest(properties = {"billwright.messaging.consumer.commit-interval=100ms",
	"billwright.messaging.consumer.lag-interval=200ms"})
class AnalyticsTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final LocalDate MARCH = LocalDate.of(2026, 3, 31);

	private static final String YEAR = "from=2026-01-01&to=2026-12-31";

	private final Tenant tenant = new Tenant(UUID.randomUUID(), true);

	private final String organization = new OrganizationId(this.tenant.organization()).text();

	private final Passport passport = Passports.user(this.organization, "analytics:read");

	@Autowired
	private WebTestClient client;

	@Autowired
	private Outbox outbox;

	@Autowired
	private DatabaseClient database;

	@Autowired
	private TransactionalOperator transaction;

	@LocalManagementPort
	private int managementPort;

	@Test
	void revenueWhenInvoicesAreIssuedThenIsToldByMonthAndCurrency() {
		publish(invoice("open", "100.00", "EUR", MARCH, MARCH),
				invoice("paid", "50.05", "EUR", MARCH.plusDays(1), MARCH),
				invoice("partially_paid", "7", "JPY", MARCH, MARCH),
				invoice("uncollectible", "1.00", "EUR", MARCH, MARCH),
				invoice("void", "999.00", "EUR", MARCH, MARCH), invoice("draft", "999.00", "EUR", MARCH, MARCH));
		awaitRows("revenue?from=2026-03-15&to=2026-04-15", 4, 4);
		assertThat(data("revenue?from=2026-03-15&to=2026-04-15").toString()).isEqualTo("""
				[{"period_start":"2026-03-01","currency":"EUR","billed":{"amount":"111.10","currency":"EUR"},\
				"net":{"amount":"101.00","currency":"EUR"},"tax":{"amount":"10.10","currency":"EUR"},\
				"uncollectible":{"amount":"1.10","currency":"EUR"},"invoices":2},\
				{"period_start":"2026-04-01","currency":"EUR","billed":{"amount":"55.06","currency":"EUR"},\
				"net":{"amount":"50.05","currency":"EUR"},"tax":{"amount":"5.01","currency":"EUR"},\
				"uncollectible":{"amount":"0.00","currency":"EUR"},"invoices":1},\
				{"period_start":"2026-03-01","currency":"JPY","billed":{"amount":"8","currency":"JPY"},\
				"net":{"amount":"7","currency":"JPY"},"tax":{"amount":"1","currency":"JPY"},\
				"uncollectible":{"amount":"0","currency":"JPY"},"invoices":1},\
				{"period_start":"2026-04-01","currency":"JPY","billed":{"amount":"0","currency":"JPY"},\
				"net":{"amount":"0","currency":"JPY"},"tax":{"amount":"0","currency":"JPY"},\
				"uncollectible":{"amount":"0","currency":"JPY"},"invoices":0}]""");
		assertThat(data("revenue?currency=JPY&interval=year&" + YEAR)).hasSize(1);
		assertThat(data("revenue?interval=day&from=2026-03-31&to=2026-04-01&currency=EUR")).hasSize(2);
	}

	@Test
	void paidWhenMoneyArrivedThenIsToldByMonthAndCurrency() {
		publish(payment("10.00", "EUR", MARCH), payment("0.01", "EUR", MARCH),
				payment("5.000", "KWD", MARCH.plusDays(1)));
		awaitRows("paid?" + YEAR, 24, 3);
		JsonNode paid = data("paid?from=2026-03-01&to=2026-04-30");
		assertThat(paid.findValuesAsString("amount")).containsExactly("10.01", "0.00", "0.000", "5.000");
		assertThat(paid.findValuesAsString("payments")).containsExactly("2", "0", "0", "1");
	}

	@Test
	void agingWhenZonesDifferThenFollowsTheDayOfTheOrganization() {
		LocalDate west = LocalDate.now(ZoneId.of("Pacific/Pago_Pago"));
		LocalDate east = LocalDate.now(ZoneId.of("Pacific/Kiritimati"));
		Tenant eastern = new Tenant(UUID.randomUUID(), true);
		String easternId = new OrganizationId(eastern.organization()).text();
		Object[] invoices = Stream.of(0, 30, 60, 90)
				.map((days) -> invoice("open", "100.00", "EUR", west.minusDays(days), west.minusDays(days)))
				.toArray();
		publish(organization(this.organization, "Pacific/Pago_Pago"));
		publish(invoices);
		publish(eastern, organization(easternId, "Pacific/Kiritimati"));
		publish(eastern, invoices);
		Passport other = Passports.user(easternId, "analytics:read");
		awaitInvoices(this.passport, "aging", 4);
		awaitInvoices(other, "aging", 4);
		assertThat(counts(get(this.passport, "aging").at("/data/0/buckets"))).containsExactly(1L, 1L, 1L, 1L, 0L);
		assertThat(east).as("the zones are 25 hours apart").isAfter(west);
		assertThat(counts(get(other, "aging").at("/data/0/buckets"))).containsExactly(0L, 1L, 1L, 1L, 1L);
		assertThat(get(other, "aging").at("/data/0/total/amount").asString()).isEqualTo("440.00");
		assertThat(get(this.passport, "overdue").at("/data/0/amount/amount").asString()).isEqualTo("330.00");
		assertThat(get(other, "overdue").at("/data/0/amount/amount").asString()).isEqualTo("440.00");
	}

	@Test
	void topCustomersWhenRankedThenAreOfOneCurrencyAndNamedAsOnTheirNewestInvoice() {
		publish(invoice("inv_e", 2, "deleted", "cus_never", "999.00", "0", "EUR", null, null));
		publish(organization(this.organization, "UTC"),
				invoice("inv_a", 1, "open", "cus_big", "100.00", "0", "EUR", MARCH, MARCH),
				invoice("inv_b", 7, "paid", "cus_big", "100.00", "all", "EUR", MARCH, MARCH),
				invoice("inv_c", 1, "partially_paid", "cus_small", "150.00", "15.00", "EUR", MARCH, MARCH),
				invoice("inv_d", 1, "open", "cus_yen", "999999", "0", "JPY", MARCH, MARCH));
		awaitRows("revenue?interval=year&" + YEAR, 2, 4);
		assertThat(texts(data("customers/top"), "/customer_name"))
				.containsExactly("Customer cus_big v7", "Customer cus_small v1");
		assertThat(texts(data("customers/top"), "/amount/amount")).containsExactly("220.00", "165.00");
		assertThat(texts(data("customers/top?by=outstanding"), "/amount/amount")).containsExactly("150.00",
				"110.00");
		assertThat(texts(data("customers/top?limit=1&by=outstanding"), "/customer_id"))
				.containsExactly("cus_small");
		assertThat(texts(data("customers/top?currency=JPY"), "/customer_id")).containsExactly("cus_yen");
		assertThat(data("customers/top?from=2026-04-01")).isEmpty();
	}

	@Test
	void reportsWhenEventsAreShuffledAndRepeatedThenEqualARecountOfTheNewest() {
		Random random = new Random(7);
		List<Object> events = new ArrayList<>();
		Map<String, InvoiceSnapshot> newest = new TreeMap<>();
		List<String> states = List.of("draft", "open", "partially_paid", "paid", "void", "uncollectible");
		for (int at = 0; at < 25; at++) {
			String id = Passports.freshId("inv");
			String currency = List.of("EUR", "USD").get(random.nextInt(2));
			for (int version = 1; version <= 1 + random.nextInt(4); version++) {
				String status = states.get(random.nextInt(states.size()));
				InvoiceSnapshot snapshot = invoice(id, version, status, "cus_" + random.nextInt(4),
						random.nextInt(1000) + ".50", "0.25", currency, MARCH.plusDays(random.nextInt(90)), MARCH);
				events.add(snapshot);
				newest.put(id, snapshot);
			}
		}
		events.addAll(List.copyOf(events));
		Collections.shuffle(events, random);
		publish(events.toArray());
		publish(payment("1.00", "EUR", MARCH));
		Collection<InvoiceSnapshot> all = newest.values();
		Map<String, BigDecimal> billed = recount(all, (invoice) -> !List.of("draft", "void").contains(invoice.status()),
				false);
		Map<String, BigDecimal> open = recount(all,
				(invoice) -> List.of("open", "partially_paid").contains(invoice.status()), true);
		eventually(() -> rows("invoice", this.tenant) == 25
				&& amounts("revenue?interval=year&" + YEAR, "billed").equals(billed)
				&& amounts("outstanding", "amount").equals(open));
		assertThat(amounts("overdue", "amount")).isEqualTo(open);
		assertThat(amounts("aging", "total")).isEqualTo(open);
	}

	private static Map<String, BigDecimal> recount(Collection<InvoiceSnapshot> invoices,
			Predicate<InvoiceSnapshot> counted, boolean due) {
		return invoices.stream()
				.filter(counted)
				.collect(Collectors.toMap(InvoiceSnapshot::currency,
						(invoice) -> new BigDecimal((due ? invoice.amountDue() : invoice.total()).amount()),
						BigDecimal::add));
	}

	@Test
	void reportsWhenOtherTenantOrModeHasFiguresThenCountNoneOfThem() {
		Tenant neighbour = new Tenant(UUID.randomUUID(), true);
		publish(neighbour, invoice("open", "1000.00", "EUR", MARCH, MARCH), payment("9.00", "EUR", MARCH));
		publish(new Tenant(this.tenant.organization(), false), invoice("open", "20.00", "EUR", MARCH, MARCH));
		publish(invoice("open", "3.00", "EUR", MARCH, MARCH), payment("3.00", "EUR", MARCH));
		Passport other = Passports.user(new OrganizationId(neighbour.organization()).text(), "analytics:read");
		awaitInvoices(other, "outstanding", 1);
		awaitInvoices(this.passport.inTestMode(), "outstanding", 1);
		awaitInvoices(this.passport, "outstanding", 1);
		eventually(() -> !data("paid?" + YEAR).isEmpty());
		assertThat(amounts("outstanding", "amount")).containsExactlyEntriesOf(Map.of("EUR", new BigDecimal("3.30")));
		assertThat(texts(get(this.passport.inTestMode(), "outstanding").at("/data"), "/amount/amount"))
				.containsExactly("22.00");
		assertThat(data("paid?interval=year&" + YEAR).findValuesAsString("amount")).containsExactly("3.00");
		assertThat(texts(data("customers/top?currency=EUR"), "/amount/amount")).containsExactly("3.30");
		for (String table : List.of("invoice", "payment", "organization")) {
			assertThat(rows(table, new Tenant(UUID.randomUUID(), true))).as(table).isZero();
		}
		assertThat(rows("invoice", this.tenant)).isEqualTo(1);
	}

	@Test
	void factsWhenRebuiltThenMissingAndWrongOnesAreRepaired() {
		InvoiceSnapshot lost = invoice("open", "10.00", "EUR", MARCH, MARCH);
		InvoiceSnapshot wrong = invoice("open", "10.00", "USD", MARCH, MARCH);
		publish(lost, wrong);
		awaitInvoices(this.passport, "outstanding", 2);
		execute("DELETE FROM invoice WHERE id = '" + lost.id() + "'");
		execute("UPDATE invoice SET due = 77, total = 77 WHERE id = '" + wrong.id() + "'");
		assertThat(amounts("outstanding", "amount")).containsExactlyEntriesOf(Map.of("USD", new BigDecimal("77.00")));
		WebTestClient management = WebTestClient.bindToServer()
				.baseUrl("http://localhost:" + this.managementPort)
				.responseTimeout(LIMIT)
				.build();
		management.post().uri("/actuator/rebuild").exchange().expectStatus().isOk().expectBody().jsonPath("$.begun")
				.isEqualTo(true);
		BigDecimal due = new BigDecimal("11.00");
		eventually(() -> amounts("outstanding", "amount").equals(Map.of("EUR", due, "USD", due)));
		eventually(() -> new String(Objects.requireNonNull(management.get()
				.uri("/actuator/rebuild")
				.exchange()
				.expectBody()
				.returnResult()
				.getResponseBody()), StandardCharsets.UTF_8).contains("completed"));
	}

	@Test
	void reportWhenEverythingIsConsumedThenSaysAsOfWhen() {
		Instant before = Instant.now().minusSeconds(60);
		publish(invoice("open", "3.00", "EUR", MARCH, MARCH));
		eventually(() -> get(this.passport, "outstanding").at("/as_of").isString());
		assertThat(Instant.parse(get(this.passport, "outstanding").at("/as_of").asString())).isAfter(before);
	}

	@Test
	void reportWhenRequestIsWrongThenIsRefused() {
		for (String report : List.of("revenue?from=2026-02-01&to=2026-01-01", "revenue?interval=decade",
				"revenue?from=2000-01-01&to=2026-01-01&interval=day", "paid?currency=XXXX", "customers/top?limit=0",
				"customers/top?limit=101", "customers/top?by=beauty", "outstanding?currency=eu")) {
			this.passport.on(this.client)
					.get()
					.uri("/api/v1/analytics/" + report)
					.exchange()
					.expectStatus()
					.isBadRequest();
		}
		this.passport.on(this.client)
				.get()
				.uri("/api/v1/analytics/customers/top?limit=0&by=beauty&from=2026-02-01&to=2026-01-01")
				.exchange()
				.expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.errors[*].field")
				.isEqualTo(List.of("by", "limit", "to"));
		this.client.get().uri("/api/v1/analytics/aging").exchange().expectStatus().isUnauthorized();
		this.passport.withScopes("invoices:read")
				.on(this.client)
				.get()
				.uri("/api/v1/analytics/aging")
				.exchange()
				.expectStatus()
				.isForbidden();
	}

	private void publish(Object... snapshots) {
		publish(this.tenant, snapshots);
	}

	private void publish(Tenant as, Object... snapshots) {
		run(Flux.fromArray(snapshots).concatMap((snapshot) -> this.outbox.record(event(snapshot)))
				.then(Mono.just(true)),
				as);
	}

	private static OutboxEvent event(Object snapshot) {
		return switch (snapshot) {
			case InvoiceSnapshot invoice -> new OutboxEvent(Topics.INVOICES, "invoice.changed", invoice.id(), invoice);
			case PaymentSnapshot payment -> new OutboxEvent(Topics.PAYMENTS, "payment.recorded", payment.id(), payment);
			case OrganizationSnapshot organization ->
				new OutboxEvent(Topics.ORGANIZATIONS, "organization.updated", organization.id(), organization);
			default -> throw new IllegalArgumentException(snapshot.toString());
		};
	}

	private void awaitRows(String report, int rows, long counted) {
		eventually(() -> {
			JsonNode data = data(report);
			return (data.size() == rows) && (counts(data).stream().mapToLong(Long::longValue).sum() == counted);
		});
	}

	private void awaitInvoices(Passport asking, String report, long invoices) {
		eventually(() -> get(asking, report).findValuesAsString("invoices").stream().mapToLong(Long::parseLong)
				.sum() == invoices);
	}

	private static List<String> texts(JsonNode rows, String pointer) {
		return rows.valueStream().map((row) -> row.at(pointer).asString()).toList();
	}

	private static List<Long> counts(JsonNode rows) {
		return rows.valueStream()
				.map((row) -> row.has("invoices") ? row.at("/invoices").asLong() : row.at("/payments").asLong())
				.toList();
	}

	private Map<String, BigDecimal> amounts(String report, String field) {
		return data(report).valueStream()
				.collect(Collectors.toMap((row) -> row.at("/currency").asString(),
						(row) -> new BigDecimal(row.at("/" + field + "/amount").asString()), BigDecimal::add));
	}

	private JsonNode data(String report) {
		return get(this.passport, report).at("/data");
	}

	private JsonNode get(Passport asking, String report) {
		JsonNode answer = asking.on(this.client)
				.get()
				.uri("/api/v1/analytics/" + report)
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody(JsonNode.class)
				.returnResult()
				.getResponseBody();
		assertThat(answer).isNotNull();
		return answer;
	}

	private static void eventually(BooleanSupplier condition) {
		long end = System.nanoTime() + LIMIT.toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("in time").isLessThan(end);
			Mono.delay(Duration.ofMillis(50)).block(LIMIT);
		}
	}

	private long rows(String table, Tenant as) {
		return run(this.database.sql("SELECT count(*) AS rows FROM " + table)
				.map((row) -> row.get("rows", Long.class))
				.one(), as);
	}

	private void execute(String sql) {
		run(this.database.sql(sql).fetch().rowsUpdated(), this.tenant);
	}

	private <T> T run(Mono<T> work, Tenant as) {
		return work.as(this.transaction::transactional).contextWrite(as.bind()).blockOptional(LIMIT).orElseThrow();
	}

}
