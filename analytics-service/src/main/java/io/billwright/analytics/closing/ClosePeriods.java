package io.billwright.analytics.closing;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.archived.ArchivedFailure;
import io.billwright.analytics.meter.Meter;
import io.billwright.analytics.meter.MeterId;
import io.billwright.analytics.meter.Meters;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.summary.Span;
import io.billwright.analytics.summary.UsageFigures;
import io.billwright.analytics.summary.UsageFigures.Told;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.identity.Caller;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.tenancy.Tenant;

/// Closes periods of the bound tenant's customers and compares what was billed with what was used.
@Service
class ClosePeriods {

	private final Shards shards;

	private final Meters meters;

	private final UsageFigures figures;

	private final Clock clock;

	ClosePeriods(Shards shards, Meters meters, UsageFigures figures, Clock clock) {
		this.shards = shards;
		this.meters = meters;
		this.figures = figures;
		this.clock = clock;
	}

	/// A closing and the figures of now.
	record Compared(Closing closing, List<Adjustment> adjustments) {}

	/// A figure as it was billed and as it is.
	///
	/// @param current exact; `null` where there is none, and where it cannot be compared
	/// @param archived whether it would need events that are archived
	record Adjustment(Meter meter, Closing.Billed billed, @Nullable BigDecimal current, boolean archived) {

		boolean isComparable() {
			return !this.archived && this.meter.definition().equals(this.billed.definition());
		}

		/// What is to be billed, or given back: of the figures as they are told. No figure is nothing.
		@Nullable
		BigDecimal difference() {
			return isComparable() ? this.meter.told(told(this.current).subtract(told(this.billed.billed()))) : null;
		}

		private BigDecimal told(@Nullable BigDecimal exact) {
			return this.meter.told(Objects.requireNonNullElse(exact, BigDecimal.ZERO));
		}

	}

	/// Keeps the figures of a period. Fails with [ClosingFailure.Overlapping] and [ClosingFailure.Incomplete].
	///
	/// @param names of the meters; all active ones where there are none
	Mono<Compared> close(UUID customer, Span span, List<String> names) {
		return Mono.zip(Tenant.current(), Caller.current(), this.meters.named(names).collectList()).flatMap((all) -> {
			if (all.getT3().isEmpty()) {
				return Mono.error(() -> new Invalid("meters", "required", "must name a meter: there is no active one"));
			}
			return this.figures.now(customer, span, all.getT3()).flatMap((now) -> {
				Closing closing = closing(customer, span, all.getT2().principal(), now);
				return this.shards
						.at(all.getT1().organization(), customer,
								(shard) -> shard.transactional(
										Mono.defer(() -> new ClosingTable(shard).add(closing))))
						.thenReturn(closing)
						.flatMap(this::compare);
			});
		});
	}

	private Closing closing(UUID customer, Span span, String principal, List<Told> now) {
		if (!now.stream().allMatch(Told::complete)) {
			throw new ClosingFailure.Incomplete();
		}
		return new Closing(new ClosingId(Ids.next()), customer, span, principal, now(),
				now.stream()
						.map((told) -> new Closing.Billed(told.meter().id(), told.meter().definition(), told.exact(),
								told.exact(), null))
						.toList());
	}

	/// A closing as it compares now.
	Mono<Compared> require(ClosingId id) {
		return at(id, (shard, closing) -> compare(closing));
	}

	/// Those of a customer, the newest first.
	///
	/// @param before of the page before; `null` for the first
	Mono<List<Compared>> page(UUID customer, @Nullable UUID before, int limit) {
		return Tenant.current()
				.flatMap((tenant) -> this.shards.at(tenant.organization(), customer, (shard) -> shard
						.reading(Mono.defer(() -> new ClosingTable(shard).page(customer, before, limit)))))
				.flatMapIterable(Function.identity())
				.concatMap(this::compare)
				.collectList();
	}

	/// Notes that figures have been billed up to what they are now. Fails with [ClosingFailure.FigureChanged] where one is not
	/// what was given, and then notes none.
	///
	/// @param given by slug the figures as they were told
	Mono<Compared> settle(ClosingId id, Map<String, BigDecimal> given) {
		return at(id, (shard, closing) -> compare(closing).flatMap((compared) -> {
			List<Adjustment> settled = given.entrySet()
					.stream()
					.map((figure) -> settled(compared, figure.getKey(), figure.getValue()))
					.toList();
			return shard.transactional(Flux.fromIterable(settled)
					.concatMap((adjustment) -> new ClosingTable(shard).settle(id, adjustment.meter().id(),
							adjustment.current(), now()))
					.then());
		})).then(require(id));
	}

	private static Adjustment settled(Compared compared, String metric, BigDecimal given) {
		Adjustment adjustment = compared.adjustments()
				.stream()
				.filter((each) -> each.meter().details().slug().equals(metric))
				.findFirst()
				.orElseThrow(() -> new Invalid("figures." + metric, "unknown_value", "is no meter of the closing"));
		if (!adjustment.isComparable() || adjustment.told(adjustment.current()).compareTo(given) != 0) {
			throw new ClosingFailure.FigureChanged(metric);
		}
		return adjustment;
	}

	private Mono<Compared> compare(Closing closing) {
		List<String> ids = closing.figures().stream().map((figure) -> figure.meter().text()).toList();
		return this.meters.named(ids)
				.collectList()
				.flatMap((found) -> now(closing, found))
				.map((now) -> {
					Map<MeterId, Current> byMeter = now.stream()
							.collect(Collectors.toMap((each) -> each.meter().id(), Function.identity()));
					return new Compared(closing, closing.figures()
							.stream()
							.map((billed) -> adjustment(billed, Objects.requireNonNull(byMeter.get(billed.meter()))))
							.toList());
				});
	}

	/// A meter whose figure needs archived events keeps no other one from being told.
	private Mono<List<Current>> now(Closing closing, List<Meter> found) {
		return this.figures.now(closing.customer(), closing.span(), found)
				.map((told) -> told.stream().map((each) -> new Current(each.meter(), each.exact(), false)).toList())
				.onErrorResume(ArchivedFailure.class, (archived) -> (found.size() > 1)
						? Flux.fromIterable(found)
								.concatMap((meter) -> now(closing, List.of(meter)))
								.flatMapIterable(Function.identity())
								.collectList()
						: Mono.just(List.of(new Current(found.getFirst(), null, true))));
	}

	private record Current(Meter meter, @Nullable BigDecimal exact, boolean archived) {}

	private static Adjustment adjustment(Closing.Billed billed, Current current) {
		boolean same = current.meter().definition().equals(billed.definition());
		return new Adjustment(current.meter(), billed, same ? current.exact() : null, current.archived());
	}

	/// Only its shard knows a closing by its id.
	private <T> Mono<T> at(ClosingId id, BiFunction<Shard, Closing, Mono<T>> work) {
		return Tenant.current()
				.flatMap((tenant) -> this.shards.at(tenant.organization(), (shards) -> Flux.fromIterable(shards)
						.concatMap((shard) -> shard.reading(Mono.defer(() -> new ClosingTable(shard).find(id)))
								.map((closing) -> Map.entry(shard, closing)))
						.next()
						.switchIfEmpty(Mono.error(() -> new NotFound("closing", id.text())))
						.flatMap((found) -> work.apply(found.getKey(), found.getValue()))));
	}

	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MICROS);
	}

}
