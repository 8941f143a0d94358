package io.billwright.analytics.summary;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.customer.Customers;
import io.billwright.analytics.meter.Meter;
import io.billwright.analytics.meter.Meters;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.summary.RawEvents.Found;
import io.billwright.analytics.summary.RawEvents.Part;
import io.billwright.analytics.usage.Metering;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.validation.EndOf;

/// Serves the events behind a figure.
@RestController
@RequestMapping("/api/v1/usage/events")
@Tag(name = "Usage")
class CountedEventController {

	/// Events that are read for each one that a page may show: a filter may pass over most.
	private static final int READ_FACTOR = 20;

	private final Customers customers;

	private final Meters meters;

	private final Shards shards;

	private final GroupFormat groups;

	CountedEventController(Customers customers, Meters meters, Shards shards, GroupFormat groups) {
		this.customers = customers;
		this.meters = meters;
		this.shards = shards;
		this.groups = groups;
	}

	@GetMapping
	@RequiresScope("usage:read")
	@Operation(summary = "The events behind a figure", description = """
			Those that the meter counts for the customer from `from` on and before `to`, by time: added up, they are the figure \
			of that range. A page may have fewer rows than `limit` although there is a next one. With `voided=true` also those \
			that would be counted but for their being voided.""")
	Mono<Page<EventView>> events(@RequestParam String customer, @RequestParam String metric,
			@RequestParam Instant from, @RequestParam @EndOf("from") Instant to,
			@RequestParam(defaultValue = "false") boolean voided, PageRequest page) {
		Position after = (page.after() != null) ? Position.of(page.after()) : new Position(Instant.EPOCH, 0);
		Part part = new Part(new Span(from, to), after.happenedAt(), after.seq(), voided, READ_FACTOR * page.fetch());
		return this.customers.require(customer)
				.zipWith(this.meters.named(List.of(metric)).single())
				.flatMap((both) -> read(both.getT1().id().value(), both.getT2(), part, page));
	}

	private Mono<Page<EventView>> read(UUID customer, Meter meter, Part part, PageRequest page) {
		return Tenant.current().flatMap((tenant) -> {
			Metering metering = metering(meter, tenant);
			return this.shards
					.at(tenant.organization(), customer, (shard) -> shard
							.reading(new RawEvents(shard.client(), tenant).after(customer, metering, part)
									.collectList()))
					.map((found) -> page(found, metering, page.limit(), found.size() == part.limit()));
		});
	}

	private static Metering metering(Meter meter, Tenant tenant) {
		return meter.details().counting().toMetering(meter.definition(), tenant.organization(), tenant.live());
	}

	/// @param goesOn whether there may be events after those that were read
	private Page<EventView> page(List<Found> found, Metering metering, int limit, boolean goesOn) {
		List<EventView> shown = new ArrayList<>();
		@Nullable
		Found last = null;
		for (Found next : found) {
			Optional<EventView> view = metering.read(next.event())
					.map((reading) -> view(next, metering, reading));
			if (view.isPresent() && (shown.size() == limit)) {
				return new Page<>(shown, Position.of(Objects.requireNonNull(last)).toCursor().text(), true, null);
			}
			view.ifPresent(shown::add);
			last = next;
		}
		@Nullable
		String cursor = (goesOn && (last != null)) ? Position.of(last).toCursor().text() : null;
		return new Page<>(shown, cursor, cursor != null, null);
	}

	private EventView view(Found found, Metering metering, Metering.Reading reading) {
		UsageEvent event = found.event();
		String value = switch (metering.aggregation()) {
			case COUNT -> "1";
			case UNIQUE_COUNT -> Objects.requireNonNull(reading.unique());
			default -> reading.measure().sum().toPlainString();
		};
		return new EventView(event.key(), new CustomerId(event.customer()), event.metric(), event.quantity(), value,
				this.groups.read(reading.group()), event.timestamp(), event.acceptedAt(), event.properties(),
				found.voidedAt());
	}

	/// An event that a meter counts.
	///
	/// @param metric the event's
	/// @param value what the meter makes of it: of a unique count a text, else a decimal
	/// @param group the meter's dimensions
	/// @param voidedAt since when it is counted no more; `null` where it is counted
	record EventView(String idempotencyKey, CustomerId customerId, String metric, BigDecimal quantity, String value,
			Map<String, @Nullable String> group, Instant timestamp, Instant acceptedAt,
			Map<String, @Nullable Object> properties, @Nullable Instant voidedAt) {}

	/// Where a page ends.
	private record Position(Instant happenedAt, long seq) {

		static Position of(Found found) {
			return new Position(found.event().timestamp(), found.seq());
		}

		static Position of(Cursor cursor) {
			try {
				return new Position(Instant.parse(cursor.values().getFirst()),
						Long.parseLong(cursor.values().getLast()));
			}
			catch (DateTimeException | NumberFormatException ex) {
				throw new Invalid("cursor", "malformed", "must be the next_cursor of a page of the same list");
			}
		}

		Cursor toCursor() {
			return Cursor.of(this.happenedAt, this.seq);
		}

	}

}
