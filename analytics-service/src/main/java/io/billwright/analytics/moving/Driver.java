package io.billwright.analytics.moving;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.counting.Counting;
import io.billwright.analytics.moving.Move.State;
import io.billwright.analytics.moving.Progress.Stage;
import io.billwright.analytics.shard.Assignment;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.platform.messaging.Causes;
import io.billwright.platform.tenancy.SystemScope;

/// Drives moves: each look takes up one that nobody drives and brings it as far as it goes. Where it stands is asked of the
/// move's row and of the shards, so any instance goes on with what another one has left.
@Component
class Driver {

	private final UUID id = UUID.randomUUID();

	private final MoveTable moves;

	private final Shards shards;

	private final Counting counting;

	private final MovingSettings settings;

	private final MovingMetrics metrics;

	private final Clock clock;

	private volatile boolean stopped;

	Driver(MoveTable moves, Shards shards, Counting counting, MovingSettings settings, MovingMetrics metrics,
			Clock clock) {
		this.moves = moves;
		this.shards = shards;
		this.counting = counting;
		this.settings = settings;
		this.metrics = metrics;
		this.clock = clock;
	}

	/// Brings one move further; empty where there is none to be driven.
	Mono<Move> advance() {
		return this.moves.count().doOnNext(this.metrics::note).then(Mono.defer(this::claim));
	}

	private Mono<Move> claim() {
		return this.moves.claim(this.id, this.settings.lease())
				.delayUntil((move) -> Mono.defer(() -> drive(move))
						.then(this.moves.leave(move.id(), this.id, this.settings.interval(), null))
						.onErrorResume(Exception.class, (error) -> this.moves.leave(move.id(), this.id,
								this.settings.backoff().max(), describe(error))));
	}

	private static String describe(Throwable error) {
		return (error instanceof StepRun.NotYet || error instanceof Attempt.Superseded)
				? String.valueOf(error.getMessage())
				: Causes.describe(error);
	}

	private Mono<Void> drive(Move move) {
		return switch (move.state()) {
			case WAITING, COPYING, CUTTING_OVER -> step(move);
			case SETTLING -> settle(move);
			case CLEARING -> clear(move);
			case CANCELLING -> undo(move);
			case DONE, CANCELLED -> Mono.empty();
		};
	}

	/// Makes one step after the other.
	private Mono<Void> step(Move move) {
		return this.moves.assigned(move.organization().value())
				.flatMap((assignment) -> next(move, assignment)
						.map((step) -> run(move, step).then(Mono.defer(() -> step(move))))
						.orElseGet(() -> finish(move, assignment)));
	}

	private Optional<Step> next(Move move, Assignment assignment) {
		return Step.next(assignment.shards(), move.after())
				.map((change) -> new Step(move.id(), move.organization().value(),
						this.shards.all().get(change.source()), this.shards.all().get(change.target()), assignment,
						change.after()));
	}

	private Mono<Void> run(Move move, Step step) {
		return new StepRun(step, (stage, rows) -> report(move, stage, rows), this.settings,
				() -> this.counting.countedUntil(step.source().number())).run()
				.delayUntil((assignment) -> this.moves.cutOver(move, assignment))
				.doOnNext((assignment) -> this.shards.learn(step.organization(), assignment))
				.then();
	}

	/// Breaks off what is driven, between two transactions.
	void stop() {
		this.stopped = true;
	}

	void start() {
		this.stopped = false;
	}

	private Mono<Void> report(Move move, Stage stage, long rows) {
		this.metrics.note(stage, rows);
		return stay(move, rows, (stage == Stage.CUTTING_OVER) ? State.CUTTING_OVER : null);
	}

	private Mono<Void> stay(Move move, long rows, @Nullable State state) {
		return this.moves
				.stay(move.id(), this.id, this.settings.lease(), rows, state)
				.filter((mine) -> mine && !this.stopped)
				.switchIfEmpty(Mono.error(Attempt.Superseded::new))
				.then();
	}

	/// The list of the organization's shards gets the form that was asked for; everybody is where it says already.
	private Mono<Void> finish(Move move, Assignment assignment) {
		Instant now = this.clock.instant();
		Instant settlesAt = now.plus(this.shards.assignmentAge()).plus(this.settings.settling());
		return this.moves
				.rename(move, new Assignment(move.after(), assignment.version(), assignment.countedUntil()))
				.then(this.moves.find(move.id()))
				.flatMap((current) -> this.moves.turn(move, this.id, State.SETTLING, settlesAt,
						current.cutOvers() + 1, now));
	}

	/// What anybody has sent to a shard that was left must have been passed on, and that counted: one shard after the other, as
	/// often as there were steps.
	private Mono<Void> settle(Move move) {
		Instant now = this.clock.instant();
		Instant settlesAt = Optional.ofNullable(move.settlesAt()).orElse(now);
		if (now.isBefore(settlesAt) || !involved(move).allMatch((shard) -> isCountedUntil(shard, settlesAt))) {
			return Mono.empty();
		}
		return (move.hops() > 0)
				? this.moves.turn(move, this.id, State.SETTLING, now, move.hops() - 1, now)
				: this.moves.settled(move).then(this.moves.turn(move, this.id, State.CLEARING, null, 0, now));
	}

	private boolean isCountedUntil(Shard shard, Instant moment) {
		return this.counting.countedUntil(shard.number()).filter((counted) -> !counted.isBefore(moment)).isPresent();
	}

	private Stream<Shard> involved(Move move) {
		return Stream.concat(move.before().stream(), move.after().stream()).distinct().map(this.shards.all()::get);
	}

	private Mono<Void> clear(Move move) {
		List<Shard> left = involved(move).toList();
		return Flux.fromIterable(left)
				.concatMap((shard) -> Clearing
						.of(shard, move.organization().value(), stay(move, 0, null), this.settings.chunk())
						.flatMap(Clearing::run)
						.onErrorResume(Clearing.Returning.class, (returning) -> Mono.empty()))
				.then(this.moves.turn(move, this.id, State.DONE, null, 0, this.clock.instant()))
				.contextWrite(SystemScope.bind());
	}

	/// A step that has cut over all the same is over; then there is nothing to be cancelled.
	private Mono<Void> undo(Move move) {
		return this.moves.assigned(move.organization().value())
				.flatMap((assignment) -> Mono.justOrEmpty(next(move, assignment)))
				.flatMap((
						step) -> new StepRun(step, (stage, rows) -> stay(move, 0, null), this.settings, Optional::empty)
								.undo())
				.defaultIfEmpty(true)
				.flatMap((undone) -> this.moves.turn(move, this.id, undone ? State.CANCELLED : State.COPYING, null, 0,
						this.clock.instant()));
	}

}
