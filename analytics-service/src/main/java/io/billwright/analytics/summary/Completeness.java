package io.billwright.analytics.summary;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.counting.Counting;
import io.billwright.analytics.shard.Shard;
import io.billwright.platform.tenancy.Columns;

/// Tells how far an answer can be relied on.
@Component
class Completeness {

	/// Whether each of the definitions `$1` is counted here, with all events from before it: also with those of the customer `$2`,
	/// or of all, between `$3` and `$4` that were archived then. A weighted sum is made of all that was before.
	private static final String COMPLETE = """
			SELECT count(*) = cardinality($1::uuid[]) AS complete FROM meter_activation AS meter
			WHERE meter_id = ANY ($1::uuid[]) AND backfilled_seq >= cut_seq
				AND NOT EXISTS (SELECT FROM meter_gap AS gap JOIN usage_archived AS missed USING (month, organization_id, live)
					WHERE gap.meter_id = meter.meter_id AND missed.metric = meter.event_name
						AND ($2::uuid IS NULL OR missed.customer_id = $2) AND missed.first_at < $4
						AND (missed.last_at >= $3 OR lower(meter.definition ->> 'aggregation') = 'weighted_sum'))""";

	private final Counting counting;

	Completeness(Counting counting) {
		this.counting = counting;
	}

	/// @param asOf every event that was accepted before this moment is counted; `null` where that is not known yet
	/// @param complete false while a meter still counts events from before it was made
	record State(@Nullable Instant asOf, boolean complete) {}

	/// Of all of the shards.
	///
	/// @param customer `null` for all
	Mono<State> of(List<Shard> shards, @Nullable UUID customer, Question question) {
		@Nullable
		Instant asOf = asOf(shards);
		UUID[] definitions = question.definitions((any) -> true).toArray(UUID[]::new);
		return Flux.fromIterable(shards)
				.concatMap((shard) -> isComplete(shard, customer, definitions, question.period().whole()))
				.all((complete) -> complete)
				.map((complete) -> new State(asOf, complete));
	}

	/// The oldest of all, known only where each is.
	private @Nullable Instant asOf(List<Shard> shards) {
		List<Instant> known = shards.stream()
				.flatMap((shard) -> this.counting.countedUntil(shard.number()).stream().map(shard::limited))
				.sorted()
				.toList();
		return (known.size() == shards.size()) ? known.getFirst() : null;
	}

	private static Mono<Boolean> isComplete(Shard shard, @Nullable UUID customer, UUID[] definitions, Span whole) {
		return shard.reading(Columns
				.bind(shard.client().sql(COMPLETE).bind(0, definitions), 1, customer, UUID.class)
				.bind(2, whole.start())
				.bind(3, whole.end())
				.map((row) -> Columns.required(row, "complete", Boolean.class))
				.one());
	}

}
