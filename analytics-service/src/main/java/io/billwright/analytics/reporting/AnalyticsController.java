package io.billwright.analytics.reporting;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import io.swagger.v3.oas.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.analytics.reporting.Figures.Aging;
import io.billwright.analytics.reporting.Figures.Open;
import io.billwright.analytics.reporting.Figures.Paid;
import io.billwright.analytics.reporting.Figures.Revenue;
import io.billwright.analytics.reporting.Figures.TopCustomer;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.messaging.Freshness;
import io.billwright.platform.validation.EndOf;

/// Reports over HTTP. Days, months and "overdue" follow the organization's time zone.
@RestController
@RequestMapping("/api/v1/analytics")
class AnalyticsController {

	private static final int TOP_LIMIT = 100;

	private final Reports reports;

	private final Freshness freshness;

	AnalyticsController(Reports reports, Freshness freshness) {
		this.reports = reports;
		this.freshness = freshness;
	}

	@GetMapping("/revenue")
	@RequiresScope("analytics:read")
	@Operation(summary = "What was billed", description = """
			Finalized invoices by issue date, without voided ones, for each currency and period; the last twelve months by \
			default. `uncollectible` is the part of `billed` that was given up.""")
	Mono<ReportView<Revenue>> revenue(@RequestParam(required = false) @Nullable LocalDate from,
			@RequestParam(required = false) @EndOf("from") @Nullable LocalDate to,
			@RequestParam(required = false) @Nullable Currency currency,
			@RequestParam(defaultValue = "month") Interval interval) {
		return range(from, to, interval).flatMap((range) -> this.reports.revenue(range, code(currency)))
				.map(this::report);
	}

	@GetMapping("/paid")
	@RequiresScope("analytics:read")
	@Operation(summary = "What was received", description = """
			Payments by the day the money arrived, for each currency and period; the last twelve months by default.""")
	Mono<ReportView<Paid>> paid(@RequestParam(required = false) @Nullable LocalDate from,
			@RequestParam(required = false) @EndOf("from") @Nullable LocalDate to,
			@RequestParam(required = false) @Nullable Currency currency,
			@RequestParam(defaultValue = "month") Interval interval) {
		return range(from, to, interval).flatMap((range) -> this.reports.paid(range, code(currency)))
				.map(this::report);
	}

	@GetMapping("/outstanding")
	@RequiresScope("analytics:read")
	@Operation(summary = "What is still to be paid", description = "Open and partially paid invoices, for each currency.")
	Mono<ReportView<Open>> outstanding(@RequestParam(required = false) @Nullable Currency currency) {
		return this.reports.outstanding(code(currency)).map(this::report);
	}

	@GetMapping("/overdue")
	@RequiresScope("analytics:read")
	@Operation(summary = "What should have been paid by now", description = """
			Open and partially paid invoices whose due date has passed in the organization's time zone, for each currency.""")
	Mono<ReportView<Open>> overdue(@RequestParam(required = false) @Nullable Currency currency) {
		return this.reports.overdue(code(currency)).map(this::report);
	}

	@GetMapping("/aging")
	@RequiresScope("analytics:read")
	@Operation(summary = "How long payments are overdue", description = """
			Open and partially paid invoices by days since their due date in the organization's time zone: `current`, `1_30`, \
			`31_60`, `61_90` and `over_90`, for each currency.""")
	Mono<ReportView<Aging>> aging(@RequestParam(required = false) @Nullable Currency currency) {
		return this.reports.aging(code(currency)).map(this::report);
	}

	@GetMapping("/customers/top")
	@RequiresScope("analytics:read")
	@Operation(summary = "The customers with the highest figures", description = """
			By `revenue` (billed) or `outstanding`, of one currency: the given one or the organization's default. `from` and \
			`to` restrict the issue dates.""")
	Mono<ReportView<TopCustomer>> topCustomers(@RequestParam(defaultValue = "revenue") Ranking by,
			@RequestParam(required = false) @Nullable Currency currency,
			@RequestParam(required = false) @Nullable LocalDate from,
			@RequestParam(required = false) @EndOf("from") @Nullable LocalDate to,
			@RequestParam(defaultValue = "10") @Min(1) @Max(TOP_LIMIT) int limit) {
		return this.reports.topCustomers(by, code(currency), from, to, limit).map(this::report);
	}

	private Mono<Range> range(@Nullable LocalDate from, @Nullable LocalDate to, Interval interval) {
		return this.reports.today().map((today) -> Range.of(from, to, interval, today));
	}

	private static @Nullable String code(@Nullable Currency currency) {
		return (currency != null) ? currency.getCurrencyCode() : null;
	}

	private <T> ReportView<T> report(List<T> rows) {
		return new ReportView<>(rows, this.freshness.asOf().orElse(null));
	}

	/// A report.
	///
	/// @param asOf everything up to this moment is counted; `null` shortly after a start
	record ReportView<T>(List<T> data, @Nullable Instant asOf) {}

}
