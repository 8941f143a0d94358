package io.billwright.analytics.closing;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;

import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.analytics.closing.ClosePeriods.Adjustment;
import io.billwright.analytics.closing.ClosePeriods.Compared;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.customer.Customers;
import io.billwright.analytics.meter.MeterId;
import io.billwright.analytics.summary.Period;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;

/// Serves closings and their adjustments.
@RestController
@RequestMapping("/api/v1/usage")
@Tag(name = "Usage")
class ClosingController {

	private final Customers customers;

	private final ClosePeriods close;

	private final Clock clock;

	ClosingController(Customers customers, ClosePeriods close, Clock clock) {
		this.customers = customers;
		this.close = close;
		this.clock = clock;
	}

	@PostMapping("/closings")
	@RequiresScope("usage:write")
	@Operation(summary = "Close a customer's period", description = """
			Keeps its figures as they are, of the meters given or of all active ones: what has been billed. Later events, \
			corrections and backfills go on; `adjustments` tell the difference.""")
	Mono<ResponseEntity<ClosingView>> create(@RequestBody ClosingRequest request) {
		return this.customers.require(request.customer())
				.flatMap((customer) -> this.close.close(customer.id().value(),
						Period.span(request.startDate(), request.endDate(), customer.timeZone(), this.clock.instant()),
						Objects.requireNonNullElse(request.meters(), List.of())))
				.map((compared) -> ClosingView.of(compared, (any) -> true))
				.map((view) -> ResponseEntity.created(URI.create("/api/v1/usage/closings/" + view.id())).body(view));
	}

	@GetMapping("/closings/{id}")
	@RequiresScope("usage:read")
	@Operation(summary = "Get a closing", description = "With its figures as they are now.")
	Mono<ClosingView> get(@PathVariable ClosingId id) {
		return this.close.require(id).map((compared) -> ClosingView.of(compared, (any) -> true));
	}

	@GetMapping("/adjustments")
	@RequiresScope("usage:read")
	@Operation(summary = "List what differs from what a customer was billed", description = """
			The closings of the customer, the newest first, each with those of its figures that are others by now, or of which \
			that cannot be told as the meter counts something else.""")
	Mono<Page<ClosingView>> adjustments(@RequestParam String customer, PageRequest page) {
		@Nullable
		UUID before = page.after(UUID::fromString);
		return this.customers.require(customer)
				.flatMap((found) -> this.close.page(found.id().value(), before, page.fetch()))
				.map((closings) -> Page.of(closings, page, (compared) -> Cursor.of(compared.closing().id().value()))
						.map((compared) -> ClosingView.of(compared, ClosingController::differs)));
	}

	@PostMapping("/closings/{id}/settle")
	@RequiresScope("usage:write")
	@Operation(summary = "Note that adjustments have been billed", description = """
			Of each meter given, with the `current` figure that has been billed by now: only what comes after is told again.""")
	Mono<ClosingView> settle(@PathVariable ClosingId id, @RequestBody SettlementRequest request) {
		return this.close.settle(id, request.figures()).map((compared) -> ClosingView.of(compared, (any) -> true));
	}

	private static boolean differs(Adjustment adjustment) {
		BigDecimal difference = adjustment.difference();
		return difference == null || difference.signum() != 0;
	}

	/// What has been billed.
	///
	/// @param customer `cus_...` or the organization's own id
	/// @param startDate a day, or an instant
	/// @param endDate a day, which is included, or an instant, which is not
	/// @param meters slugs or ids; all active ones where none is given
	record ClosingRequest(@NotNull @Size(min = 1, max = 264) String customer,
			@NotNull @Pattern(regexp = Period.FORM, message = Period.FORM_MESSAGE) String startDate,
			@NotNull @Pattern(regexp = Period.FORM, message = Period.FORM_MESSAGE) String endDate,
			@Size(min = 1, max = 100) @Nullable List<@NotNull String> meters) {}

	/// What has been billed since.
	///
	/// @param figures by the meter's slug the current figure; 0 where there is none
	record SettlementRequest(@NotEmpty @Size(max = 100) Map<String, @NotNull BigDecimal> figures) {}

	/// A closing as the API shows it.
	///
	/// @param end not included
	/// @param createdBy `usr_...` or `key_...`
	record ClosingView(ClosingId id, CustomerId customerId, Instant start, Instant end, String createdBy,
			Instant createdAt, List<FigureView> figures) {

		static ClosingView of(Compared compared, Predicate<Adjustment> which) {
			Closing closing = compared.closing();
			return new ClosingView(closing.id(), new CustomerId(closing.customer()), closing.span().start(),
					closing.span().end(), closing.createdBy(), closing.createdAt(),
					compared.adjustments().stream().filter(which).map(FigureView::of).toList());
		}

	}

	/// A figure of a closing.
	///
	/// @param metric the meter's slug
	/// @param closed as it was when the period was closed; `null` where there was none
	/// @param billed in all, with what was settled since
	/// @param current as it is now; `null` where there is none, and where the meter counts something else by now
	/// @param difference of current and billed; `null` where the meter counts something else by now
	record FigureView(MeterId meterId, String metric, @Nullable String unit, @Nullable BigDecimal closed,
			@Nullable BigDecimal billed, @Nullable BigDecimal current, @Nullable BigDecimal difference,
			@Nullable Instant settledAt) {

		static FigureView of(Adjustment adjustment) {
			Closing.Billed billed = adjustment.billed();
			return new FigureView(billed.meter(), adjustment.meter().details().slug(),
					adjustment.meter().details().unit(), told(adjustment, billed.closed()),
					told(adjustment, billed.billed()), told(adjustment, adjustment.current()), adjustment.difference(),
					billed.settledAt());
		}

		private static @Nullable BigDecimal told(Adjustment adjustment, @Nullable BigDecimal exact) {
			return (exact != null) ? adjustment.meter().told(exact) : null;
		}

	}

}
