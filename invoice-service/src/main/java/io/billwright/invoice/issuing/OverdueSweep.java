package io.billwright.invoice.issuing;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;

import io.r2dbc.spi.Readable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.invoice.issuing.InvoicePublisher.Event;
import io.billwright.invoice.organization.Organizations;
import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.SystemScope;
import io.billwright.platform.tenancy.Tenant;

/// Tells once of each invoice that has become overdue. Any number of instances may sweep at the same time: each takes the
/// rows that no other has locked.
@Component
@EnableScheduling
class OverdueSweep {

	private static final Logger LOG = LoggerFactory.getLogger(OverdueSweep.class);

	/// Where a day begins first.
	private static final ZoneOffset EARLIEST = ZoneOffset.ofHours(14);

	private static final String TENANTS = """
			SELECT DISTINCT organization_id, live FROM overdue_watch WHERE due_date < :earliest LIMIT :max""";

	private static final String TAKE = """
			DELETE FROM overdue_watch w WHERE invoice_id IN (
				SELECT invoice_id FROM overdue_watch WHERE due_date < :today ORDER BY due_date LIMIT :max
				FOR UPDATE SKIP LOCKED)
			RETURNING invoice_id""";

	private final DatabaseClient database;

	private final Invoices invoices;

	private final Organizations organizations;

	private final InvoicePublisher publisher;

	private final TransactionalOperator transaction;

	private final Clock clock;

	private final OverdueSettings settings;

	OverdueSweep(DatabaseClient database, Invoices invoices, Organizations organizations, InvoicePublisher publisher,
			TransactionalOperator transaction, Clock clock, OverdueSettings settings) {
		this.database = database;
		this.invoices = invoices;
		this.organizations = organizations;
		this.publisher = publisher;
		this.transaction = transaction;
		this.clock = clock;
		this.settings = settings;
	}

	/// Sweeps through all tenants. Cold; emits how many invoices had become overdue. A tenant whose sweep fails has its
	/// turn again in the next one.
	@Scheduled(initialDelayString = "${billwright.issuing.overdue.interval:1m}", fixedDelayString = "${billwright.issuing.overdue.interval:1m}")
	Mono<Long> sweep() {
		return tenants().concatMap((tenant) -> sweepTenant().contextWrite(tenant.bind())
				.onErrorResume(RuntimeException.class, (ex) -> {
					LOG.warn("The sweep for overdue invoices failed for {}", tenant.organizationId(), ex);
					return Mono.empty();
				})).reduce(0L, Long::sum);
	}

	private Flux<Tenant> tenants() {
		return this.database.sql(TENANTS)
				.bind("earliest", LocalDate.ofInstant(this.clock.instant(), EARLIEST))
				.bind("max", this.settings.tenantsMax())
				.map((row) -> new Tenant(Columns.required(row, "organization_id", UUID.class),
						Columns.required(row, "live", Boolean.class)))
				.all()
				.as(this.transaction::transactional)
				.contextWrite(SystemScope.bind());
	}

	private Mono<Long> sweepTenant() {
		return this.organizations.today()
				.flatMapMany((today) -> batch(today)
						.expand((batch) -> batch.isFull(this.settings) ? batch(today) : Mono.empty()))
				.reduce(0L, (sum, batch) -> sum + batch.overdue());
	}

	private Mono<Batch> batch(LocalDate today) {
		return this.database.sql(TAKE)
				.bind("today", today)
				.bind("max", this.settings.batchSize())
				.map(OverdueSweep::toId)
				.all()
				.collectList()
				.flatMap((taken) -> Flux.fromIterable(taken)
						.concatMap((id) -> notice(id, today))
						.count()
						.map((overdue) -> new Batch(taken.size(), overdue)))
				.as(this.transaction::transactional);
	}

	private Mono<Invoice> notice(InvoiceId id, LocalDate today) {
		return this.invoices.lock(id)
				.filter((invoice) -> invoice.isOverdue(today))
				.map((invoice) -> invoice.noticeOverdue(this.clock.instant()))
				.flatMap(this.invoices::save)
				.delayUntil((invoice) -> this.publisher.publish(Event.OVERDUE, invoice));
	}

	private static InvoiceId toId(Readable row) {
		return new InvoiceId(Columns.required(row, "invoice_id", UUID.class));
	}

	/// What one transaction has done.
	private record Batch(long taken, long overdue) {

		boolean isFull(OverdueSettings settings) {
			return this.taken == settings.batchSize();
		}

	}

}
