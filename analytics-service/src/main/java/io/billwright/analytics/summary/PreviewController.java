package io.billwright.analytics.summary;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.analytics.customer.Customer;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.customer.Customers;
import io.billwright.analytics.meter.Meter;
import io.billwright.analytics.meter.MeterRequest;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.usage.Aggregation;
import io.billwright.analytics.usage.Metering;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.tenancy.Tenant;

/// Tries meters on past events.
@RestController
@RequestMapping("/api/v1/meters/preview")
@Tag(name = "Meters")
class PreviewController {

	private final Customers customers;

	private final Shards shards;

	private final GroupFormat groups;

	private final Clock clock;

	PreviewController(Customers customers, Shards shards, GroupFormat groups, Clock clock) {
		this.customers = customers;
		this.shards = shards;
		this.groups = groups;
		this.clock = clock;
	}

	@PostMapping
	@RequiresScope("meters:read")
	@Operation(summary = "Try a meter on past events", description = """
			Counts a customer's events by a definition that is not saved, told apart by all of its dimensions.""")
	Mono<PreviewView> preview(@RequestBody PreviewRequest request) {
		return this.customers.require(request.customer())
				.flatMap((customer) -> Tenant.current()
						.flatMap((tenant) -> preview(customer, tenant, Meter.draft(request.meter().toDetails()),
								Period.of(request.startDate(), request.endDate(), null, customer.timeZone(),
										this.clock.instant()))));
	}

	private Mono<PreviewView> preview(Customer customer, Tenant tenant, Meter meter, Period period) {
		Meter.Counting counting = meter.details().counting();
		Metering metering = counting.toMetering(meter.definition(), tenant.organization(), tenant.live());
		return this.shards.at(tenant.organization(), customer.id().value(), (shard) -> {
			Tally tally = new Tally(period, List.of(meter), counting.dimensions(), this.groups::read);
			Recount recount = new Recount(metering, period.whole().start(), tally);
			return shard.reading(new RawEvents(shard.client(), tenant)
					.in(List.of(customer.id().value()), List.of(counting.eventName()), List.of(span(period, counting)))
					.doOnNext((found) -> recount.add(found.event()))
					.then(Mono.fromSupplier(() -> view(customer, period, recount))));
		});
	}

	/// A level is made of all that was before.
	private static Piece span(Period period, Meter.Counting counting) {
		Instant from = (counting.aggregation() == Aggregation.WEIGHTED_SUM) ? Instant.EPOCH : period.whole().start();
		return new Piece(0, from, period.whole().end());
	}

	private static PreviewView view(Customer customer, Period period, Recount recount) {
		List<GroupView> groups = recount.toSeries()
				.stream()
				.map((series) -> new GroupView(series.group(), series.told(series.whole()),
						series.whole().measure().count()))
				.toList();
		return new PreviewView(customer.id(), period.zone().getId(), period.whole().start(), period.whole().end(),
				recount.read(), groups);
	}

	/// What clients ask to be tried.
	///
	/// @param customer `cus_...` or the organization's own id
	/// @param startDate as of a summary
	/// @param endDate as of a summary
	record PreviewRequest(@NotNull @Valid MeterRequest meter, @NotNull @Size(min = 1, max = 264) String customer,
			@Pattern(regexp = Period.FORM, message = Period.FORM_MESSAGE) @Nullable String startDate,
			@Pattern(regexp = Period.FORM, message = Period.FORM_MESSAGE) @Nullable String endDate) {}

	/// What a meter would have counted.
	///
	/// @param eventsRead events of that name in the range, counted or not
	record PreviewView(CustomerId customerId, String timeZone, Instant start, Instant end, long eventsRead,
			List<GroupView> data) {}

	/// @param events how many the figure is made of
	record GroupView(Map<String, @Nullable String> group, @Nullable BigDecimal value, long events) {}

}
