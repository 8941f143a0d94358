package io.billwright.analytics.shard;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/// Every shard, and who is where.
public final class Shards {

	/// Of an organization in the time of one answer.
	private static final int MOVES_LIMIT = 5;

	private final List<Shard> all;

	private final Assignments assignments;

	private final Duration assignmentAge;

	/// @param assignmentAge how long assignments are remembered
	Shards(List<Shard> all, Assignments assignments, Duration assignmentAge) {
		this.all = List.copyOf(all);
		this.assignments = assignments;
		this.assignmentAge = assignmentAge;
	}

	/// In the order of their numbers.
	public List<Shard> all() {
		return this.all;
	}

	/// Where the usage of a customer is at this moment. An organization that is seen for the first time is given a shard. The
	/// shard's transactions fail once the organization has left it.
	public Mono<Shard> of(UUID organization, UUID customer) {
		return this.assignments.of(organization)
				.map((assignment) -> shard(organization, assignment, assignment.shardOf(customer)));
	}

	/// Where the usage of an organization's customers is at this moment, each shard once: one, or several for a very large
	/// organization.
	public Mono<List<Shard>> of(UUID organization) {
		return this.assignments.of(organization)
				.map((assignment) -> assignment.distinct()
						.stream()
						.map((number) -> shard(organization, assignment, number))
						.toList());
	}

	/// Works where the usage of a customer is, and again where it has been moved to meanwhile. The work may be done several
	/// times, but only one of its transactions' last attempts counts.
	public <T> Mono<T> at(UUID organization, UUID customer, Function<Shard, Mono<T>> work) {
		return of(organization, customer).flatMap(work).retryWhen(follow());
	}

	/// The same with all shards of an organization.
	public <T> Mono<T> at(UUID organization, Function<List<Shard>, Mono<T>> work) {
		return of(organization).flatMap(work).retryWhen(follow());
	}

	/// Each time it knows better where the organization is.
	private static Retry follow() {
		return Retry.max(MOVES_LIMIT)
				.filter(ShardFailure.Moved.class::isInstance)
				.onRetryExhaustedThrow((retry, signal) -> signal.failure());
	}

	private Shard shard(UUID organization, Assignment assignment, int number) {
		return this.all.get(number)
				.of(organization, assignment, (newer) -> this.assignments.learn(organization, newer));
	}

	/// Remembers where an organization is.
	public void learn(UUID organization, Assignment assignment) {
		this.assignments.learn(organization, assignment);
	}

	/// How long an instance may believe an organization to be where it was.
	public Duration assignmentAge() {
		return this.assignmentAge;
	}

}
