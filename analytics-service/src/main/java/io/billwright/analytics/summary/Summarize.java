package io.billwright.analytics.summary;

import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.platform.tenancy.Tenant;

/// Tells what customers of the bound tenant have used.
@Component
class Summarize {

	private final Shards shards;

	private final Completeness completeness;

	private final GroupFormat groups;

	Summarize(Shards shards, Completeness completeness, GroupFormat groups) {
		this.shards = shards;
		this.completeness = completeness;
		this.groups = groups;
	}

	/// What a customer has used.
	Mono<Answer> ofCustomer(UUID customer, Question question) {
		return Tenant.current()
				.flatMap((tenant) -> this.shards.at(tenant.organization(), customer,
						(shard) -> answer(tenant, List.of(shard), customer, question)));
	}

	/// What all customers have used.
	Mono<Answer> ofAll(Question question) {
		return Tenant.current()
				.flatMap((tenant) -> this.shards.at(tenant.organization(),
						(shards) -> answer(tenant, shards, null, question)));
	}

	/// How far it can be relied on is asked first, so that it is not told of events that came later.
	private Mono<Answer> answer(Tenant tenant, List<Shard> shards, @Nullable UUID customer, Question question) {
		return this.completeness.of(shards, customer, question)
				.flatMap((state) -> {
					Tally tally = new Tally(question.period(), question.meters(), question.groupBy(),
							this.groups::read);
					return Flux.fromIterable(shards)
							.concatMap((shard) -> shard.reading(
									new ShardReader(shard.client(), tenant, customer, question, tally).read()))
							.then(Mono.fromSupplier(() -> new Answer(tally.toSeries(), state)));
				});
	}

}
