package io.billwright.analytics.moving;

import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.analytics.shard.Assignment;
import io.billwright.analytics.shard.Shards;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.ids.OrganizationId;

/// Moves on the management port: `POST` begins one, `GET` shows them, `DELETE` cancels one before it has cut over.
@Component
@Endpoint(id = "shardmoves")
class ShardMovesEndpoint {

	private static final int SHOWN = 100;

	private static final int NAME_LIMIT = 100;

	private final MoveTable moves;

	private final Shards shards;

	private final Clock clock;

	ShardMovesEndpoint(MoveTable moves, Shards shards, Clock clock) {
		this.moves = moves;
		this.shards = shards;
		this.clock = clock;
	}

	/// The newest first.
	@ReadOperation
	Mono<List<Move>> list() {
		return this.moves.list(SHOWN).collectList();
	}

	@ReadOperation
	Mono<Move> find(@Selector UUID id) {
		return this.moves.find(id);
	}

	/// Begins a move.
	///
	/// @param organization its public id
	/// @param to the numbers of the shards that it is to be on, with commas between
	/// @param by whoever wants it, for the record
	@WriteOperation
	Mono<Move> begin(String organization, String to, @Nullable String by) {
		OrganizationId id = organization(organization);
		List<Integer> after = numbers(to);
		String name = (by != null && !by.isBlank()) ? by.substring(0, Math.min(by.length(), NAME_LIMIT)) : "operator";
		return this.moves.assigned(id.value())
				.switchIfEmpty(Mono.error(() -> refusal("No usage of the organization " + organization + " is known")))
				.flatMap((assignment) -> begin(id, assignment, after, name));
	}

	private Mono<Move> begin(OrganizationId organization, Assignment assignment, List<Integer> after, String by) {
		if (Step.next(assignment.shards(), after).isEmpty()) {
			return Mono.error(() -> refusal("The organization is on the shards " + assignment.shards() + " already"));
		}
		UUID id = Ids.next();
		return this.moves.add(id, organization, assignment.shards(), after, by, this.clock.instant())
				.filter((added) -> added)
				.switchIfEmpty(Mono.error(() -> refusal("Another move of the organization has not cut over yet")))
				.then(this.moves.find(id));
	}

	@DeleteOperation
	Mono<Move> cancel(@Selector UUID id) {
		return this.moves.find(id)
				.flatMap((move) -> this.moves.cancel(id))
				.filter((cancelled) -> cancelled)
				.switchIfEmpty(Mono.error(() -> refusal("There is no such move, or it has cut over or ended")))
				.then(this.moves.find(id));
	}

	private static OrganizationId organization(String text) {
		try {
			return OrganizationId.parse(text);
		}
		catch (RuntimeException ex) {
			throw refusal("organization must be an id as org_...");
		}
	}

	private List<Integer> numbers(String text) {
		int count = this.shards.all().size();
		List<Integer> numbers;
		try {
			numbers = Stream.of(text.split(",", count + 2)).map((number) -> Integer.valueOf(number.strip())).toList();
		}
		catch (NumberFormatException ex) {
			throw refusal("to must be numbers of shards with commas between, as 0,2");
		}
		if (numbers.stream().anyMatch((number) -> number < 0 || number >= count)) {
			throw refusal("There are the shards 0 to " + (count - 1));
		}
		if (new HashSet<>(numbers).size() < numbers.size()) {
			throw refusal("to must name each shard once");
		}
		return numbers;
	}

	private static InvalidEndpointRequestException refusal(String why) {
		return new InvalidEndpointRequestException(why, why);
	}

}
