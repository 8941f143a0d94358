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

	/// Whether each of the definitions `$1` is counted here, with all events from before it.
	private static final String COMPLETE = """
			SELECT count(*) = cardinality($1::uuid[]) AS complete FROM meter_activation
			WHERE meter_id = ANY ($1::uuid[]) AND backfilled_seq >= cut_seq""";

	private final Counting counting;

	Completeness(Counting counting) {
		this.counting = counting;
	}

	/// @param asOf every event that was accepted before this moment is counted; `null` where that is not known yet
	/// @param complete false while a meter still counts events from before it was made
	record State(@Nullable Instant asOf, boolean complete) {}

	/// Of all of the shards.
	Mono<State> of(List<Shard> shards, Question question) {
		@Nullable
		Instant asOf = asOf(shards);
		UUID[] definitions = question.definitions((any) -> true).toArray(UUID[]::new);
		return Flux.fromIterable(shards)
				.concatMap((shard) -> isComplete(shard, definitions))
				.all((complete) -> complete)
				.map((complete) -> new State(asOf, complete));
	}

	/// The oldest of all, known only where each is.
	private @Nullable Instant asOf(List<Shard> shards) {
		List<Instant> known = shards.stream()
				.flatMap((shard) -> this.counting.countedUntil(shard.number()).stream())
				.sorted()
				.toList();
		return (known.size() == shards.size()) ? known.getFirst() : null;
	}

	private static Mono<Boolean> isComplete(Shard shard, UUID[] definitions) {
		return shard.reading(shard.client()
				.sql(COMPLETE)
				.bind(0, definitions)
				.map((row) -> Columns.required(row, "complete", Boolean.class))
				.one());
	}

}
