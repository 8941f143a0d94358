package io.billwright.analytics.summary;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.archived.ArchivedFailure;
import io.billwright.analytics.meter.Meter;
import io.billwright.analytics.usage.Bucket;
import io.billwright.analytics.usage.Metering;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.platform.tenancy.Tenant;

/// The figures of summaries, for the neighbours.
@Component
public class UsageFigures {

	private final Summarize summarize;

	private final GroupFormat groups;

	UsageFigures(Summarize summarize, GroupFormat groups) {
		this.summarize = summarize;
		this.groups = groups;
	}

	/// Exact figures.
	///
	/// @param values in the order of the stretches, not rounded
	/// @param asOf every event that was accepted before this moment is counted; `null` where that is not known yet
	/// @param complete false while the meter still counts events from before it was made
	public record Used(List<BigDecimal> values, @Nullable Instant asOf, boolean complete) {}

	/// What a customer of the bound tenant has used of a count or a sum, stretch by stretch. Where the events are archived that
	/// a bound within a minute would need, all bounds stand for the beginnings of their minutes.
	///
	/// @param bounds of the stretches, in ascending order, at least two
	public Mono<Used> of(UUID customer, Meter meter, List<Instant> bounds) {
		return exactly(customer, meter, bounds).onErrorResume(ArchivedFailure.class,
				(archived) -> exactly(customer, meter, bounds.stream().map(Bucket.MINUTE::startOf).toList()));
	}

	private Mono<Used> exactly(UUID customer, Meter meter, List<Instant> bounds) {
		List<Span> stretches = IntStream.range(1, bounds.size())
				.mapToObj((at) -> new Span(bounds.get(at - 1), bounds.get(at)))
				.toList();
		Period period = new Period(new Span(bounds.getFirst(), bounds.getLast()), ZoneOffset.UTC, null, stretches);
		return this.summarize.ofCustomer(customer, new Question(period, List.of(meter), List.of()))
				.map(UsageFigures::toUsed);
	}

	/// What a customer of the bound tenant has used between two moments; empty where the meter tells nothing without an event.
	public Mono<BigDecimal> whole(UUID customer, Meter meter, Instant start, Instant end) {
		Span whole = new Span(start, end);
		Period period = new Period(whole, ZoneOffset.UTC, null, List.of(whole));
		return this.summarize.ofCustomer(customer, new Question(period, List.of(meter), List.of()))
				.mapNotNull((answer) -> answer.series()
						.getFirst()
						.whole()
						.value(meter.details().counting().aggregation()));
	}

	private static Used toUsed(Answer answer) {
		Series series = answer.series().getFirst();
		List<BigDecimal> values = series.buckets()
				.stream()
				.map((figure) -> Objects.requireNonNull(
						figure.value(series.meter().details().counting().aggregation()), "neither a count nor a sum"))
				.toList();
		return new Used(values, answer.state().asOf(), answer.state().complete());
	}

	/// A figure as it is told, and what it would be.
	///
	/// @param value `null` where there is none, as the largest of no events
	/// @param events how many it is made of
	/// @param complete false while the meter still counts events from before it was made
	public record Compared(Meter meter, @Nullable BigDecimal value, long events, @Nullable BigDecimal instead,
			long eventsInstead, boolean complete) {}

	/// A figure before it is rounded.
	///
	/// @param exact an average to 18 digits after the point; `null` where there is none, as the largest of no events
	/// @param complete false while the meter still counts events from before it was made
	public record Told(Meter meter, @Nullable BigDecimal exact, boolean complete) {}

	/// What a customer has used in the span, in the order of the meters' slugs.
	public Mono<List<Told>> now(UUID customer, Span span, List<Meter> meters) {
		Period period = new Period(span, ZoneOffset.UTC, null, List.of(span));
		return this.summarize.ofCustomer(customer, new Question(period, meters, List.of()))
				.map((answer) -> answer.series()
						.stream()
						.map((series) -> new Told(series.meter(),
								series.whole().value(series.meter().details().counting().aggregation()),
								answer.state().complete()))
						.toList());
	}

	/// What a customer has used in the span, and what that would be if all that the meters look at there were the given events.
	public Mono<List<Compared>> instead(UUID customer, Span span, List<Meter> meters, Flux<UsageEvent> given) {
		Period period = new Period(span, ZoneOffset.UTC, null, List.of(span));
		return Tenant.current()
				.flatMap((tenant) -> this.summarize.ofCustomer(customer, new Question(period, meters, List.of()))
						.flatMap((answer) -> {
							List<Recount> recounts = answer.series()
									.stream()
									.map((series) -> recount(series, tenant, period))
									.toList();
							return given.doOnNext((event) -> recounts.forEach((recount) -> recount.add(event)))
									.then(Mono.fromSupplier(() -> compare(answer, recounts)));
						}));
	}

	/// Without dimensions: a value that two groups have is one.
	private Recount recount(Series series, Tenant tenant, Period period) {
		Meter meter = series.meter();
		Meter.Counting counting = meter.details().counting();
		Metering metering = new Metering(meter.definition(), tenant.organization(), tenant.live(), counting.eventName(),
				counting.aggregation(), counting.valueProperty(), counting.filters(), List.of());
		Tally tally = new Tally(period, List.of(meter), List.of(), this.groups::read);
		tally.addBefore(metering.id(), "", series.whole().before());
		return new Recount(metering, period.whole().start(), tally);
	}

	private static List<Compared> compare(Answer answer, List<Recount> recounts) {
		List<Compared> compared = new ArrayList<>();
		for (int at = 0; at < recounts.size(); at++) {
			Series now = answer.series().get(at);
			Series then = recounts.get(at).toSeries().getFirst();
			compared.add(new Compared(now.meter(), now.told(now.whole()), now.whole().measure().count(),
					then.told(then.whole()), then.whole().measure().count(), answer.state().complete()));
		}
		return compared;
	}

}
