package io.billwright.analytics.moving;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import reactor.core.publisher.Mono;

import io.billwright.analytics.counting.WatermarkTable;
import io.billwright.analytics.moving.Progress.Stage;
import io.billwright.analytics.shard.Assignment;
import io.billwright.analytics.shard.Placements;
import io.billwright.analytics.shard.Shard;
import io.billwright.platform.tenancy.Columns;
import io.billwright.platform.tenancy.SystemScope;

/// One attempt at a step. While the source goes on, what it has is copied, and then, round by round, what has changed since.
/// When that has become little, the source holds still for the last of it, and says in the transaction which ends that, that
/// the customers have left. That commit is the move: before it the source is right and the target has a copy that nobody
/// reads, after it the target is right and has everything. So whoever continues a broken step only has to ask the source.
final class StepRun {

	private static final String CUT = "SELECT coalesce(pg_sequence_last_value('usage_event_seq'), 0)";

	private static final String RESTING = """
			SELECT count(*) FROM usage_placement WHERE organization_id = $1
				AND changed_at > now() - $2 * interval '1 millisecond'""";

	private static final String LEAVE = """
			UPDATE usage_placement SET version = $3, shards = $4, counted_until = $5, changed_at = now(), attempt = NULL
			WHERE organization_id = $1 AND attempt = $2""";

	private static final int ROUNDS_LIMIT = 20;

	private final Step step;

	private final Attempt attempt;

	private final Progress listener;

	private final Progress progress = this::heard;

	private final MovingSettings settings;

	private final Supplier<Optional<Instant>> countedUntil;

	private final EventCargo events;

	private final RollupCargo rollups;

	private final RecordCargo records;

	private final MeterCargo meters;

	private final MonthCargo months;

	/// The meters whose roll-ups are copied.
	private final Set<UUID> copied = new HashSet<>();

	/// Until when the source may hold still, as of [System#nanoTime()]; the largest number while it does not.
	private volatile long holdUntil = Long.MAX_VALUE;

	/// Up to which number of the source every change is copied; negative before the first round.
	private long until = -1;

	/// @param listener hears of everything, one thing after the other
	/// @param countedUntil every event of the source that was accepted before it is counted, as far as that is known
	StepRun(Step step, Progress listener, MovingSettings settings, Supplier<Optional<Instant>> countedUntil) {
		this.step = step;
		this.attempt = new Attempt(step);
		this.listener = listener;
		this.settings = settings;
		this.countedUntil = countedUntil;
		this.events = new EventCargo(this.attempt, this.progress, settings.chunk());
		this.rollups = new RollupCargo(this.attempt, this.progress, settings.chunk());
		this.records = new RecordCargo(this.attempt, this.progress);
		this.meters = new MeterCargo(step);
		this.months = new MonthCargo(step);
	}

	/// There is something that has to be over before the step can go on.
	static final class NotYet extends RuntimeException {

		private static final long serialVersionUID = 1L;

		NotYet(String what) {
			super(what, null, false, false);
		}

	}

	/// Makes the step, or what is left of it; emits where the organization is then. Cold, and to be run once. Whatever it fails
	/// with, or if it is broken off, another run goes on.
	Mono<Assignment> run() {
		return this.attempt.begin()
				.flatMap((begun) -> begun ? copy().then(approach(0)) : departed())
				.delayUntil(this::tellTarget)
				.contextWrite(SystemScope.bind());
	}

	/// Takes back what is copied. Emits false where the customers have left already.
	Mono<Boolean> undo() {
		return this.attempt.begin()
				.filter((begun) -> begun)
				.delayUntil((begun) -> clearing().run())
				.delayUntil((begun) -> this.step.target().transactional(ArrivalTable.remove(this.step)))
				.delayUntil((begun) -> this.attempt.end())
				.defaultIfEmpty(false)
				.contextWrite(SystemScope.bind());
	}

	private Mono<Assignment> departed() {
		Shard source = this.step.source();
		return source.reading(Mono.defer(() -> new Placements(source).find(this.step.organization())));
	}

	private Mono<Void> tellTarget(Assignment assignment) {
		Shard target = this.step.target();
		return this.progress.at(Stage.DEPARTED, 0)
				.then(target.transactional(
						Mono.defer(() -> new Placements(target).adopt(this.step.organization(), assignment))));
	}

	private Mono<Void> copy() {
		return this.progress.at(Stage.BEGUN, 0)
				.then(Mono.defer(this.months::check))
				.then(Mono.defer(() -> ArrivalTable.find(this.step)))
				.flatMap((arrivals) -> arrivals.isEmpty()
						? clearTarget().then(ArrivalTable.begin(this.attempt)).then(round(false))
						: this.attempt.onTarget((watermark) -> ArrivalTable.withhold(this.step)).then(round(true)));
	}

	/// What is left of an earlier stay may still be read by somebody who began before it ended.
	private Mono<Void> clearTarget() {
		Shard target = this.step.target();
		Mono<Long> resting = this.step.isJoining()
				? Mono.just(0L)
				: Rows.read(target, (row) -> Columns.required(row, "count", Long.class),
						RESTING, this.step.organization(), this.settings.rest().toMillis()).single();
		return resting.filter((count) -> count == 0)
				.switchIfEmpty(Mono.error(() -> new NotYet("the customers have only just left the target")))
				.then(Mono.defer(() -> clearing().run()));
	}

	private Clearing clearing() {
		return Clearing.of(this.step, this.attempt, Mono.defer(() -> this.progress.at(Stage.CLEARED, 0)),
				this.settings.chunk());
	}

	/// Copies what there is, or what has changed since the round before.
	///
	/// @param again whether an earlier attempt may have copied something
	private Mono<Void> round(boolean again) {
		return cut().flatMap((cut) -> copyUntil(cut, again));
	}

	/// The last number that the source has given out; every event up to it is counted.
	private Mono<Long> cut() {
		Shard source = this.step.source();
		return source.transactional(WatermarkTable.take(source)
				.then(Mono.defer(() -> source.client().sql(CUT).mapValue(Long.class).one())));
	}

	/// What is to be copied is found before it is copied, and noted after: what changes in between is found again.
	private Mono<Void> copyUntil(long cut, boolean again) {
		boolean first = this.until < 0;
		return ArrivalTable.find(this.step)
				.zipWhen((arrivals) -> this.records.missingCorrections())
				.zipWhen((found) -> this.meters.meters())
				.flatMap((all) -> {
					List<Arrival> arrivals = all.getT1().getT1();
					List<UUID> corrections = all.getT1().getT2();
					List<UUID> changed = again ? corrections : List.of();
					Set<UUID> fresh = new HashSet<>(all.getT2().complete());
					fresh.removeAll(this.copied);
					Set<UUID> touched = first ? fresh : this.copied;
					return this.events.copy(arrivals, cut)
							.then(changed.isEmpty()
									? Mono.empty()
									: Mono.defer(() -> this.events.copyCorrected(arrivals, changed)))
							.then(touched(touched, first ? cut : this.until, cut, changed))
							.then(this.rollups.copyAll(fresh))
							.then(this.records.copyCorrections(corrections))
							.then(this.records.copyOthers())
							.doOnSuccess((done) -> {
								this.copied.addAll(fresh);
								this.until = cut;
							});
				});
	}

	private Mono<Void> touched(Set<UUID> meters, long after, long cut, List<UUID> corrections) {
		return meters.isEmpty() ? Mono.empty() : this.rollups.copyTouched(Set.copyOf(meters), after, cut, corrections);
	}

	/// Rounds until one is short enough.
	private Mono<Assignment> approach(int rounds) {
		return Mono.defer(() -> {
			long begun = System.nanoTime();
			return round(true).then(Mono.defer(() -> {
				Duration taken = Duration.ofNanos(System.nanoTime() - begun);
				return (taken.multipliedBy(4).compareTo(this.settings.fence()) < 0 || rounds >= ROUNDS_LIMIT)
						? cutOver()
						: approach(rounds + 1);
			}));
		});
	}

	private Mono<Assignment> cutOver() {
		Shard source = this.step.source();
		return Mono.justOrEmpty(this.countedUntil.get())
				.switchIfEmpty(Mono.error(() -> new NotYet("how far the source has counted is not known")))
				.delayUntil((counted) -> this.progress.at(Stage.CUTTING_OVER, 0))
				.doOnNext((counted) -> this.holdUntil = System.nanoTime() + this.settings.fence().toNanos())
				.flatMap((counted) -> source.transactional(this.attempt.lock()
						.then(WatermarkTable.take(source))
						.then(Mono.defer(() -> this.attempt.check(source)))
						.then(Mono.defer(() -> round(true)))
						.then(Mono.defer(this::requireAllMeters))
						.then(Mono.defer(this.months::check))
						.then(Mono.defer(this::arrive))
						.then(this.progress.at(Stage.ARRIVED, 0))
						.then(Mono.defer(() -> leave(this.step.assignment(counted))))))
				.doOnTerminate(() -> this.holdUntil = Long.MAX_VALUE);
	}

	/// Ends what keeps the source still for too long.
	private Mono<Void> heard(Stage stage, long rows) {
		return this.listener.at(stage, rows)
				.then(Mono.defer(() -> (this.holdUntil != Long.MAX_VALUE && stage != Stage.DEPARTED
						&& System.nanoTime() - this.holdUntil > 0)
								? Mono.error(() -> new NotYet("the last round takes longer than the fence"))
								: Mono.empty()));
	}

	private Mono<Void> requireAllMeters() {
		return this.meters.meters()
				.filter((all) -> all.others().isEmpty() && this.copied.containsAll(all.complete()))
				.switchIfEmpty(Mono.error(() -> new NotYet("a meter still counts events from before it was made")))
				.then();
	}

	/// The last of the target's transactions; nobody looks at what it says before the source has committed.
	private Mono<Void> arrive() {
		Shard target = this.step.target();
		return ArrivalTable.find(this.step)
				.flatMap((arrivals) -> target.transactional(WatermarkTable.take(target)
						.then(Mono.defer(() -> this.attempt.check(target)))
						.then(Mono.defer(() -> ArrivalTable.release(this.step)))
						.then(Mono.defer(() -> this.meters.write(arrivals, this.until)))
						.then(Mono.defer(this.months::write))));
	}

	private Mono<Assignment> leave(Assignment assignment) {
		Shard source = this.step.source();
		return Rows.execute(source, LEAVE, this.step.organization(), this.attempt.id(), assignment.version(),
				assignment.shards().toArray(Integer[]::new),
				Objects.requireNonNull(assignment.countedUntil()))
				.filter((rows) -> rows == 1)
				.switchIfEmpty(Mono.error(Attempt.Superseded::new))
				.then(new Placements(source).change())
				.then(this.meters.leave())
				.thenReturn(assignment);
	}

}
