package io.billwright.analytics.summary;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.customer.Customer;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.customer.Customers;
import io.billwright.analytics.meter.Meter;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.summary.Piece.Pieces;
import io.billwright.analytics.summary.Rollups.By;
import io.billwright.analytics.summary.Rollups.Kept;
import io.billwright.analytics.summary.SummaryController.TopCustomerView;
import io.billwright.analytics.summary.SummaryController.TopView;
import io.billwright.analytics.usage.Aggregation;
import io.billwright.analytics.usage.Measure;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.tenancy.Tenant;

/// Ranks the customers of the bound tenant. A shard's figures stream by in the order of the customers, and only the largest
/// are kept.
@Component
class TopCustomers {

	/// Customers with the same figure are in the order of their ids.
	private static final Comparator<Ranked> LARGEST_FIRST = Comparator.comparing(Ranked::value)
			.reversed()
			.thenComparing(Ranked::customer);

	private final Shards shards;

	private final Customers customers;

	private final Completeness completeness;

	TopCustomers(Shards shards, Customers customers, Completeness completeness) {
		this.shards = shards;
		this.customers = customers;
		this.completeness = completeness;
	}

	/// @param question about one meter
	Mono<TopView> of(Question question, int limit) {
		Meter meter = question.meters().getFirst();
		return Tenant.current()
				.flatMap((tenant) -> this.shards.at(tenant.organization(), (shards) -> Flux.fromIterable(shards)
						.concatMap((shard) -> shard.reading(ranked(shard, meter, question)))
						.reduceWith(TopCustomers::nobody, (best, next) -> add(best, next, limit))
						.flatMap((best) -> named(best, meter))
						.zipWith(this.completeness.of(shards, null, question),
								(rows, state) -> view(question, rows, state))));
	}

	private static TopView view(Question question, List<TopCustomerView> rows, Completeness.State state) {
		Meter meter = question.meters().getFirst();
		Period period = question.period();
		return new TopView(meter.id(), meter.details().slug(), meter.details().unit(), period.zone().getId(),
				period.whole().start(), period.whole().end(), rows, state.asOf(), state.complete());
	}

	private static List<Ranked> nobody() {
		return new ArrayList<>();
	}

	private static List<Ranked> add(List<Ranked> best, Ranked next, int limit) {
		best.add(next);
		best.sort(LARGEST_FIRST);
		if (best.size() > limit) {
			best.removeLast();
		}
		return best;
	}

	private static Flux<Ranked> ranked(Shard shard, Meter meter, Question question) {
		Aggregation aggregation = meter.details().counting().aggregation();
		Period period = question.period();
		List<UUID> definitions = List.of(meter.definition());
		if (aggregation == Aggregation.UNIQUE_COUNT) {
			return Uniques.countByCustomer(shard.client(), definitions, wholeHours(period));
		}
		Span before = new Span(Instant.EPOCH, period.whole().start());
		List<Span> spans = (aggregation == Aggregation.WEIGHTED_SUM)
				? List.of(period.whole(), before)
				: List.of(period.whole());
		return new Rollups(shard.client(), null, By.CUSTOMER).measures(definitions, Piece.of(spans))
				.bufferUntilChanged(Kept::group)
				.flatMapIterable((parts) -> rank(parts, period.whole(), aggregation));
	}

	/// Different values are kept by the hour.
	private static List<Piece> wholeHours(Period period) {
		Pieces pieces = Piece.of(period.buckets());
		if (!pieces.minutes().isEmpty()) {
			throw new Invalid("start_date", "out_of_range",
					"must be at a whole hour in UTC for a unique count, and so must end_date");
		}
		return pieces.hours();
	}

	/// A customer's parts: the period, and what was before it. Who has no figure has no rank.
	private static List<Ranked> rank(List<Kept> parts, Span whole, Aggregation aggregation) {
		Measure measure = Measure.NONE;
		BigDecimal before = BigDecimal.ZERO;
		for (Kept part : parts) {
			if (part.at() == 0) {
				measure = part.measure();
			}
			else {
				before = part.measure().sum();
			}
		}
		BigDecimal value = new Figure(whole, measure, before, 0).value(aggregation);
		return (value == null) ? List.of() : List.of(new Ranked(UUID.fromString(parts.getFirst().group()), value));
	}

	private Mono<List<TopCustomerView>> named(List<Ranked> best, Meter meter) {
		return Flux.fromIterable(best)
				.flatMapSequential((ranked) -> {
					CustomerId id = new CustomerId(ranked.customer());
					return this.customers.find(id.text())
							.map((customer) -> toView(id, customer, meter.told(ranked.value())))
							.defaultIfEmpty(new TopCustomerView(id, null, null, meter.told(ranked.value())));
				})
				.collectList();
	}

	private static TopCustomerView toView(CustomerId id, Customer customer, BigDecimal value) {
		return new TopCustomerView(id, customer.externalId(), customer.name(), value);
	}

	/// A customer and its figure.
	record Ranked(UUID customer, BigDecimal value) {}

}
