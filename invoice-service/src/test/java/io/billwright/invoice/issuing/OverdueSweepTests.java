package io.billwright.invoice.issuing;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

import io.billwright.invoice.organization.Organizations;
import io.billwright.platform.test.PlatformTest;

import static io.billwright.invoice.issuing.BillingClient.line;
import static org.assertj.core.api.Assertions.assertThat;

/// The two zones are 25 hours apart: what is due today in the west was due yesterday in the east, at any time of day.
@PlatformTest(properties = "billwright.issuing.overdue.batch-size=2")
class OverdueSweepTests {

	private static final ZoneId WEST = ZoneId.of("Pacific/Pago_Pago");

	private static final ZoneId EAST = ZoneId.of("Pacific/Kiritimati");

	private static final Duration LIMIT = Duration.ofSeconds(60);

	@Autowired
	private OverdueSweep sweep;

	@Autowired
	private Organizations organizations;

	@Autowired
	private TransactionalOperator transaction;

	private final AtomicLong version = new AtomicLong();

	private BillingClient billing;

	private String customer;

	@BeforeEach
	void organizationInTheWest(@Autowired WebTestClient client) {
		this.billing = BillingClient.ofNewOrganization(client);
		this.customer = this.billing.customer("Acme", "EUR");
		moveTo(WEST);
	}

	@Test
	void invoiceWhenFinalizedThenDatedInTheOrganizationsTimeZone() {
		assertThat(dueToday().path("issue_date").asString()).isEqualTo(today().toString());
		moveTo(EAST);
		assertThat(dueToday().path("issue_date").asString()).isEqualTo(today().toString());
	}

	@Test
	void organizationWhenAnOlderEventComesLateThenIgnored() {
		this.organizations.learn(0, EAST)
				.as(this.transaction::transactional)
				.contextWrite(this.billing.tenant().bind())
				.block(LIMIT);

		assertThat(dueToday().path("issue_date").asString()).isEqualTo(today().toString());
	}

	@Test
	void invoicesWhenTheirDueDatePassesThenToldOnceEach() {
		List<JsonNode> open = List.of(dueToday(), dueToday(), dueToday());
		this.billing.pay(dueToday(), "10.00", 201);
		assertThat(sweep()).isZero();
		moveTo(EAST);

		assertThat(sweep()).isEqualTo(3);
		assertThat(sweep()).isZero();

		JsonNode overdue = this.billing.get("/invoices/" + open.getFirst().path("id").asString(), 200);
		assertThat(overdue.path("overdue").asBoolean()).isTrue();
		assertThat(overdue.path("status").asString()).isEqualTo("open");
		assertThat(overdue.path("version").asInt()).isEqualTo(3);
		assertThat(this.billing.list("/invoices?status=overdue")).hasSize(3);
	}

	@Test
	void sweepsWhenSeveralRunAtOnceThenEachInvoiceIsToldOnce() {
		List.of(1, 2, 3, 4, 5, 6, 7).forEach((number) -> dueToday());
		moveTo(EAST);

		Long told = Flux.range(0, 4)
				.flatMap((instance) -> this.sweep.sweep().subscribeOn(Schedulers.parallel()), 4)
				.reduce(0L, Long::sum)
				.block(LIMIT);

		assertThat(told).isEqualTo(7);
		assertThat(this.billing.list("/invoices?status=overdue"))
				.extracting((invoice) -> invoice.path("version").asInt())
				.containsOnly(3);
	}

	private Long sweep() {
		return this.sweep.sweep().block(LIMIT);
	}

	private JsonNode dueToday() {
		JsonNode draft = this.billing.post("/invoices", Map.of("customer_id", this.customer, "due_date",
				today().toString(), "lines", List.of(line("Work", "1", "10.00"))), 201);
		return this.billing.act(draft, "finalize", 200);
	}

	private LocalDate today() {
		return this.organizations.today().contextWrite(this.billing.tenant().bind()).block(LIMIT);
	}

	private void moveTo(ZoneId zone) {
		this.organizations.learn(this.version.incrementAndGet(), zone)
				.as(this.transaction::transactional)
				.contextWrite(this.billing.tenant().bind())
				.block(LIMIT);
	}

}
