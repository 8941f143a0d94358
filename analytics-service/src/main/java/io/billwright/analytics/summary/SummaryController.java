package io.billwright.analytics.summary;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.customer.Customers;
import io.billwright.analytics.meter.MeterId;
import io.billwright.analytics.meter.Meters;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.identity.RequiresScope;

/// Serves figures of usage.
@RestController
@RequestMapping("/api/v1/usage")
@Tag(name = "Usage", description = "What customers have used")
class SummaryController {

	private static final int TOP_LIMIT = 100;

	private static final int METERS_LIMIT = 20;

	private final Customers customers;

	private final Meters meters;

	private final OrganizationZone organization;

	private final Summarize summarize;

	private final TopCustomers top;

	private final Clock clock;

	SummaryController(Customers customers, Meters meters, OrganizationZone organization, Summarize summarize,
			TopCustomers top, Clock clock) {
		this.customers = customers;
		this.meters = meters;
		this.organization = organization;
		this.summarize = summarize;
		this.top = top;
		this.clock = clock;
	}

	@GetMapping("/summary/{customer}")
	@RequiresScope("usage:read")
	@Operation(summary = "What a customer has used", description = """
			Exact over any range, in the customer's time zone; the current month up to today and all active meters where \
			nothing is said. The customer is `cus_...` or your own id, written `external:ID` where it looks like one of ours. \
			Days are included; of instants the last is not.""")
	Mono<SummaryView> summary(@PathVariable String customer,
			@RequestParam(name = "start_date", required = false) @Pattern(regexp = Period.FORM, message = Period.FORM_MESSAGE) @Nullable String startDate,
			@RequestParam(name = "end_date", required = false) @Pattern(regexp = Period.FORM, message = Period.FORM_MESSAGE) @Nullable String endDate,
			@RequestParam(required = false) @Size(max = METERS_LIMIT) @Nullable List<String> metric,
			@RequestParam(required = false) @Nullable Granularity granularity,
			@RequestParam(name = "group_by", required = false) @Size(max = 5) @Nullable List<String> groupBy) {
		return this.customers.require(customer)
				.flatMap((found) -> question(startDate, endDate, granularity, found.timeZone(), metric, groupBy)
						.flatMap((question) -> this.summarize.ofCustomer(found.id().value(), question)
								.map((answer) -> SummaryView.of(found, question.period(), answer))));
	}

	@GetMapping("/series")
	@RequiresScope("usage:read")
	@Operation(summary = "What all customers have used", description = """
			By day unless said otherwise, in the organization's time zone. A unique count is the sum of the customers' counts. \
			Begins and ends at whole minutes.""")
	Mono<SummaryView> series(
			@RequestParam(name = "start_date", required = false) @Pattern(regexp = Period.FORM, message = Period.FORM_MESSAGE) @Nullable String startDate,
			@RequestParam(name = "end_date", required = false) @Pattern(regexp = Period.FORM, message = Period.FORM_MESSAGE) @Nullable String endDate,
			@RequestParam(required = false) @Size(max = METERS_LIMIT) @Nullable List<String> metric,
			@RequestParam(defaultValue = "day") Granularity granularity,
			@RequestParam(name = "group_by", required = false) @Size(max = 5) @Nullable List<String> groupBy) {
		return this.organization.zone()
				.flatMap((zone) -> question(startDate, endDate, granularity, zone, metric, groupBy))
				.doOnNext(SummaryController::requireWholeMinutes)
				.flatMap((question) -> this.summarize.ofAll(question)
						.map((answer) -> SummaryView.of(null, question.period(), answer)));
	}

	@GetMapping("/customers/top")
	@RequiresScope("usage:read")
	@Operation(summary = "Who used most", description = """
			The customers with the largest figures of one meter. Begins and ends at whole minutes, in the organization's time \
			zone.""")
	Mono<TopView> topCustomers(@RequestParam String metric,
			@RequestParam(name = "start_date", required = false) @Pattern(regexp = Period.FORM, message = Period.FORM_MESSAGE) @Nullable String startDate,
			@RequestParam(name = "end_date", required = false) @Pattern(regexp = Period.FORM, message = Period.FORM_MESSAGE) @Nullable String endDate,
			@RequestParam(defaultValue = "10") @Min(1) @Max(TOP_LIMIT) int limit) {
		return this.organization.zone()
				.flatMap((zone) -> question(startDate, endDate, null, zone, List.of(metric), null))
				.doOnNext(SummaryController::requireWholeMinutes)
				.flatMap((question) -> this.top.of(question, limit));
	}

	private Mono<Question> question(@Nullable String startDate, @Nullable String endDate,
			@Nullable Granularity granularity, ZoneId zone, @Nullable List<String> metric,
			@Nullable List<String> groupBy) {
		return Mono.fromSupplier(() -> Period.of(startDate, endDate, granularity, zone, this.clock.instant()))
				.flatMap((period) -> this.meters.named(Objects.requireNonNullElse(metric, List.of()))
						.collectList()
						.map((meters) -> new Question(period, meters,
								Objects.requireNonNullElse(groupBy, List.of()))));
	}

	private static void requireWholeMinutes(Question question) {
		if (!question.period().isOfWholeMinutes()) {
			throw new Invalid("start_date", "out_of_range", "must be at a whole minute, and so must end_date");
		}
	}

	/// The largest figures of a meter.
	///
	/// @param metric the meter's slug
	/// @param end not included
	/// @param complete false while the meter still counts events from before it was made
	record TopView(MeterId meterId, String metric, @Nullable String unit, String timeZone, Instant start, Instant end,
			List<TopCustomerView> data, @Nullable Instant asOf, boolean complete) {}

	/// @param customerName `null` where the customer is not known any more
	record TopCustomerView(CustomerId customerId, @Nullable String externalId, @Nullable String customerName,
			BigDecimal value) {}

}
