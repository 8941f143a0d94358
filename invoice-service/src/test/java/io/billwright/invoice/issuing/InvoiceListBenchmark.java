package io.billwright.invoice.issuing;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;

import io.billwright.invoice.customer.CustomerId;
import io.billwright.invoice.issuing.InvoiceFilter.Range;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.PlatformTest;
import io.billwright.platform.test.servers.EmbeddedServers;

import static org.assertj.core.api.Assertions.assertThat;

/// How long a page of invoices takes in an organization with a million of them, through the real store, and by which
/// plan. Run by `load-tests/invoice-list/run`, which writes `docs/reference/invoice-list-plans.md`; no part of the build.
@PlatformTest
class InvoiceListBenchmark {

	private static final int ROWS = Integer.getInteger("benchmark.rows", 1_000_000);

	private static final int SAMPLES = Integer.getInteger("benchmark.samples", 200);

	/// A regular expression that is in the names of those to measure.
	private static final Predicate<String> ONLY = Pattern.compile(System.getProperty("benchmark.only", ""))
			.asPredicate();

	private static final int WARM_UP = 5;

	private static final Tenant TENANT = new Tenant(new UUID(0x2026_1120L, 1), true);

	private static final Duration LIMIT = Duration.ofMinutes(1);

	private static final Range<LocalDate> ANY_DAY = new Range<>(null, null);

	private final Random random = new Random(2026);

	private LocalDate today = LocalDate.EPOCH;

	private String buffers = "";

	@Autowired
	private InvoiceStore invoices;

	@Autowired
	private DatabaseClient database;

	@Autowired
	private TransactionalOperator transaction;

	@Test
	void everyFilterWhenThereAreAMillionInvoicesThenMeasured() throws SQLException, IOException {
		String name = Objects
				.requireNonNull(this.database.sql(
						"SELECT current_database() AS name, current_date AS today, current_setting('shared_buffers') AS buffers")
						.map((row) -> {
							this.today = Objects.requireNonNull(row.get("today", LocalDate.class));
							this.buffers = Objects.requireNonNull(row.get("buffers", String.class));
							return Objects.requireNonNull(row.get("name", String.class));
						})
						.one()
						.as(this.transaction::transactional)
						.contextWrite(TENANT.bind())
						.block(LIMIT));
		load(name);
		Map<String, Measured> measured = new LinkedHashMap<>();
		cases().forEach((title, filter) -> {
			if (ONLY.test(title)) {
				measured.put(title, measure(title, filter));
			}
		});
		write(measured);
		assertThat(measured).isNotEmpty();
	}

	private void load(String name) throws SQLException, IOException {
		long begin = System.nanoTime();
		try (Connection connection = DriverManager.getConnection(EmbeddedServers.postgres().jdbcUrl(name), "postgres",
				EmbeddedServers.PASSWORD); Statement statement = connection.createStatement()) {
			statement.execute(resource().formatted(ROWS, TENANT.organization()));
			statement.execute("VACUUM (ANALYZE) invoice");
			statement.execute("VACUUM (ANALYZE) invoice_line");
			statement.execute("VACUUM (ANALYZE) invoice_text");
		}
		System.out.printf("loaded %,d invoices in %d s%n", ROWS, (System.nanoTime() - begin) / 1_000_000_000);
	}

	private Map<String, Case> cases() {
		Map<String, Case> cases = new LinkedHashMap<>();
		for (InvoiceOrder order : orders()) {
			cases.put("none, sort=" + order, (any) -> any.in(order));
			cases.put("none, sort=" + order + ", a page from within", (any) -> any.in(order).from(within(order)));
			cases.put("status=overdue, sort=" + order, (any) -> any.in(order).overdue(this.today));
			cases.put("issue_date, 30 days, sort=" + order, (any) -> any.in(order).issued(days(30)));
			cases.put("due_date, 30 days, sort=" + order, (any) -> any.in(order).due(days(30)));
			cases.put("created, 30 days, sort=" + order, (any) -> any.in(order).created(days(30)));
			cases.put("customer_id of the largest, sort=" + order, (any) -> any.in(order).customer(customer(0)));
			cases.put("q=a customer, sort=" + order,
					(any) -> any.in(order).text("customer " + this.random.nextInt(20_000) + " gmbh"));
			cases.put("q=a common word, sort=" + order, (any) -> any.in(order).text("gmbh"));
		}
		for (String sort : List.of("-created_at", "-total", "number")) {
			InvoiceOrder order = InvoiceOrder.parse(sort);
			for (InvoiceStatus status : InvoiceStatus.values()) {
				cases.put("status=%s, sort=%s".formatted(status.code(), sort),
						(any) -> any.in(order).status(Set.of(status)));
			}
			for (int days : List.of(1, 180)) {
				cases.put("issue_date, %d days, sort=%s".formatted(days, sort),
						(any) -> any.in(order).issued(days(days)));
				cases.put("due_date, %d days, sort=%s".formatted(days, sort), (any) -> any.in(order).due(days(days)));
				cases.put("created, %d days, sort=%s".formatted(days, sort),
						(any) -> any.in(order).created(days(days)));
			}
			cases.put("status=open,paid,void, sort=" + sort, (any) -> any.in(order)
					.status(Set.of(InvoiceStatus.OPEN, InvoiceStatus.PAID, InvoiceStatus.VOID)));
			cases.put("customer_id, sort=" + sort,
					(any) -> any.in(order).customer(customer(this.random.nextInt(20_000))));
			cases.put("customer_id of the largest, status=paid, issue_date 30 days, sort=" + sort,
					(any) -> any.in(order).customer(customer(0)).status(Set.of(InvoiceStatus.PAID)).issued(days(30)));
			cases.put("currency=JPY, sort=" + sort, (any) -> any.in(order).currency("JPY"));
			cases.put("currency=CHF (none), sort=" + sort, (any) -> any.in(order).currency("CHF"));
			cases.put("total from 400 to 410, sort=" + sort, (any) -> any.in(order).total("400", "410"));
			cases.put("total from 10000, sort=" + sort, (any) -> any.in(order).total("10000", null));
			cases.put("q=a number, sort=" + sort,
					(any) -> any.in(order).text("inv " + this.random.nextInt(ROWS / 10, ROWS)));
			cases.put("q=three digits, sort=" + sort,
					(any) -> any.in(order).text(String.valueOf(this.random.nextInt(100, 1000))));
			cases.put("q=a letter, sort=" + sort, (any) -> any.in(order).text("h"));
			cases.put("q=nothing, sort=" + sort, (any) -> any.in(order).text("zebra"));
			cases.put("status=overdue, total from 1000, due_date 30 days, sort=" + sort,
					(any) -> any.in(order).overdue(this.today).total("1000", null).due(days(30)));
			cases.put("status=void, issue_date 30 days, sort=" + sort,
					(any) -> any.in(order).status(Set.of(InvoiceStatus.VOID)).issued(days(30)));
		}
		cases.put("number", (any) -> any.number("INV-" + this.random.nextInt(ROWS / 10, ROWS)));
		return cases;
	}

	private Measured measure(String title, Case filter) {
		Any warm = filter.of(new Any());
		for (int i = 0; i < WARM_UP; i++) {
			page(filter.of(new Any()));
		}
		long[] wall = new long[SAMPLES];
		long[] cpu = new long[SAMPLES];
		for (int i = 0; i < SAMPLES; i++) {
			Any sample = filter.of(new Any());
			long cpuBegin = databaseCpu();
			long begin = System.nanoTime();
			page(sample);
			wall[i] = System.nanoTime() - begin;
			cpu[i] = databaseCpu() - cpuBegin;
		}
		Arrays.sort(wall);
		Arrays.sort(cpu);
		Measured measured = new Measured(median(wall), slowest(wall), median(cpu), slowest(cpu), plan(warm));
		System.out.printf(Locale.ROOT, "FIGURES %6.1f %6.1f %6.1f %6.1f  %s%n", measured.p50(), measured.p99(),
				measured.cpu50(), measured.cpu99(), title);
		return measured;
	}

	private static double median(long[] sorted) {
		return sorted[sorted.length / 2] / 1e6;
	}

	private static double slowest(long[] sorted) {
		return sorted[sorted.length * 99 / 100] / 1e6;
	}

	/// What the client backends have run on a processor so far, in nanoseconds: tells a slow query from a busy machine.
	private static long databaseCpu() {
		return ProcessHandle.current().descendants().mapToLong((process) -> {
			Path statistics = Path.of("/proc", String.valueOf(process.pid()), "schedstat");
			try {
				return Long.parseLong(Files.readString(statistics).split(" ")[0]);
			}
			catch (IOException gone) {
				return 0;
			}
		}).sum();
	}

	private Page<Invoice> page(Any any) {
		return Objects.requireNonNull(
				this.invoices.page(any.filter(), any.request()).contextWrite(TENANT.bind()).block(LIMIT));
	}

	private String plan(Any any) {
		InvoiceListing listing = new InvoiceListing(this.database, (document) -> {
			throw new IllegalStateException();
		});
		return Objects.requireNonNull(listing.conditions(any.filter())
				.flatMapMany((conditions) -> conditions
						.bind(this.database.sql("EXPLAIN (ANALYZE, COSTS OFF, SUMMARY OFF, BUFFERS OFF) "
								+ conditions.pageSql(any.order, PageRequest.DEFAULT_LIMIT + 1)))
						.mapValue(String.class)
						.all())
				.collect(Collectors.joining("\n"))
				.as(this.transaction::transactional)
				.contextWrite(TENANT.bind())
				.block(LIMIT));
	}

	private static List<InvoiceOrder> orders() {
		return Arrays.stream(InvoiceOrder.Key.values())
				.flatMap((key) -> List.of(new InvoiceOrder(key, true), new InvoiceOrder(key, false)).stream())
				.toList();
	}

	private Range<LocalDate> days(int days) {
		LocalDate from = this.today.minusDays(this.random.nextInt(days, 540));
		return new Range<>(from, from.plusDays(days - 1));
	}

	private Cursor within(InvoiceOrder order) {
		LocalDate day = this.today.minusDays(this.random.nextInt(540));
		return Cursor
				.of(Stream.concat(Stream.of(order), order.key().columns().stream().map((column) -> switch (column) {
					case CREATED_AT -> day.atStartOfDay(ZoneOffset.UTC).toInstant();
					case CREATED_DAY, ISSUE_RANK, DUE_RANK -> day;
					case TOTAL_RANK -> (long) this.random.nextInt(10_000_000);
					case NUMBER_RANK, NUMBER_BLOCK -> (long) this.random.nextInt(ROWS);
					case ID -> new UUID(0, 0);
				})).toArray());
	}

	private static CustomerId customer(int number) {
		byte[] digest = java.util.HexFormat.of().parseHex(md5("customer" + number));
		java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(digest);
		return new CustomerId(new UUID(bytes.getLong(), bytes.getLong()));
	}

	private static String md5(String text) {
		try {
			return java.util.HexFormat.of()
					.formatHex(java.security.MessageDigest.getInstance("MD5")
							.digest(text.getBytes(StandardCharsets.UTF_8)));
		}
		catch (java.security.NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String resource() throws IOException {
		try (InputStream stream = Objects
				.requireNonNull(InvoiceListBenchmark.class.getResourceAsStream("/benchmark/invoice-list.sql"))) {
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	private void write(Map<String, Measured> measured) throws IOException {
		@Nullable
		String file = System.getProperty("benchmark.report");
		if (file == null) {
			return;
		}
		StringBuilder report = new StringBuilder(
				"""
						# Invoice lists: plans and figures

						Written by `load-tests/invoice-list/run`; do not edit. %,d invoices with two lines each in one organization, \
						20,000 customers, 18 months. One page of 25 through the store (`R2dbcInvoices`), so with transaction, tenant, \
						lines and mapping; %d samples each after %d to warm up, one at a time, with new random values in each. \
						%d processors, PostgreSQL 18 with %s of shared buffers, JIT compilation of the JVM limited to C1.

						The load average of the machine was %.1f during the run (other work went on), which stretches the wall clock. \
						The processor time that PostgreSQL spent on the page is therefore told beside it; without other work the two \
						are close.

						A page costs the same wherever it lies. `include=total` counts exactly, and counting is not part of this.

						## Figures

						Milliseconds.

						| filter and sort | p50 | p99 | database p50 | database p99 |
						|---|---:|---:|---:|---:|
						"""
						.formatted(ROWS, SAMPLES, WARM_UP, Runtime.getRuntime().availableProcessors(), this.buffers,
								java.lang.management.ManagementFactory.getOperatingSystemMXBean()
										.getSystemLoadAverage()));
		measured.forEach((title, figures) -> report.append(
				"| %s | %s | %s | %s | %s |%n".formatted(title, decimal(figures.p50()), decimal(figures.p99()),
						decimal(figures.cpu50()), decimal(figures.cpu99()))));
		report.append("\n## Plans\n");
		measured.forEach(
				(title, figures) -> report.append("%n### %s%n%n```%n%s%n```%n".formatted(title, figures.plan())));
		Files.writeString(Path.of(file), report);
	}

	private static String decimal(double millis) {
		return BigDecimal.valueOf(millis).setScale(1, java.math.RoundingMode.HALF_UP).toPlainString();
	}

	private interface Case {

		Any of(Any any);

	}

	private record Measured(double p50, double p99, double cpu50, double cpu99, String plan) {}

	/// A filter being put together.
	private static final class Any {

		private Set<InvoiceStatus> statuses = Set.of();

		private @Nullable LocalDate overdueOn;

		private @Nullable CustomerId customer;

		private @Nullable Currency currency;

		private @Nullable String number;

		private @Nullable String text;

		private Range<LocalDate> issued = ANY_DAY;

		private Range<LocalDate> due = ANY_DAY;

		private Range<Instant> created = new Range<>(null, null);

		private Range<BigDecimal> total = new Range<>(null, null);

		private InvoiceOrder order = new InvoiceOrder(InvoiceOrder.Key.CREATED_AT, true);

		private @Nullable Cursor after;

		Any in(InvoiceOrder value) {
			this.order = value;
			return this;
		}

		Any from(Cursor value) {
			this.after = value;
			return this;
		}

		Any status(Set<InvoiceStatus> value) {
			this.statuses = value;
			return this;
		}

		Any overdue(LocalDate value) {
			this.overdueOn = value;
			return this;
		}

		Any customer(CustomerId value) {
			this.customer = value;
			return this;
		}

		Any currency(String value) {
			this.currency = Currency.getInstance(value);
			return this;
		}

		Any number(String value) {
			this.number = value;
			return this;
		}

		Any text(String value) {
			this.text = value;
			return this;
		}

		Any issued(Range<LocalDate> value) {
			this.issued = value;
			return this;
		}

		Any due(Range<LocalDate> value) {
			this.due = value;
			return this;
		}

		Any created(Range<LocalDate> value) {
			this.created = new Range<>(
					Objects.requireNonNull(value.from()).atStartOfDay(ZoneOffset.UTC).toInstant(),
					Objects.requireNonNull(value.to()).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant());
			return this;
		}

		Any total(@Nullable String from, @Nullable String to) {
			this.total = new Range<>((from != null) ? new BigDecimal(from) : null,
					(to != null) ? new BigDecimal(to) : null);
			return this;
		}

		InvoiceFilter filter() {
			return new InvoiceFilter(this.statuses, this.overdueOn, this.customer, this.currency, this.number,
					this.text,
					this.issued, this.due, this.created, this.total, this.order);
		}

		PageRequest request() {
			return new PageRequest(PageRequest.DEFAULT_LIMIT, this.after, false);
		}

	}

}
