package io.billwright.analytics.summary;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.analytics.meter.Meter;

/// The figures of summaries, for the neighbours.
@Component
public class UsageFigures {

	private final Summarize summarize;

	UsageFigures(Summarize summarize) {
		this.summarize = summarize;
	}

	/// Exact figures.
	///
	/// @param values in the order of the stretches, not rounded
	/// @param asOf every event that was accepted before this moment is counted; `null` where that is not known yet
	/// @param complete false while the meter still counts events from before it was made
	public record Used(List<BigDecimal> values, @Nullable Instant asOf, boolean complete) {}

	/// What a customer of the bound tenant has used of a count or a sum, stretch by stretch.
	///
	/// @param bounds of the stretches, in ascending order, at least two
	public Mono<Used> of(UUID customer, Meter meter, List<Instant> bounds) {
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

}
