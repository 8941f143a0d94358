package io.billwright.analytics.retention;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.retention.UsageMonth.State;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.platform.messaging.Causes;

/// Archives and drops the months of every shard when they are due, and what operators ask for. One shard after the other, and
/// each by one instance at a time.
@Component
class Retention implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(Retention.class);

	private final Shards shards;

	private final ArchiveMonth archiveMonth;

	private final RestoreMonth restoreMonth;

	private final RetentionSettings settings;

	private final RetentionMetrics metrics;

	private final Clock clock;

	private final AtomicReference<Progress> progress = new AtomicReference<>(Progress.NONE);

	private Disposable schedule = Disposables.disposed();

	private volatile Disposable command = Disposables.disposed();

	private volatile boolean running;

	Retention(Shards shards, ArchiveMonth archiveMonth, RestoreMonth restoreMonth, RetentionSettings settings,
			RetentionMetrics metrics, Clock clock) {
		this.shards = shards;
		this.archiveMonth = archiveMonth;
		this.restoreMonth = restoreMonth;
		this.settings = settings;
		this.metrics = metrics;
		this.clock = clock;
	}

	/// What an operator asks for.
	///
	/// @param month `null` for all that are due
	/// @param shard `null` for all
	/// @param unarchived whether a month may be dropped that is not archived
	record Command(Operation operation, @Nullable YearMonth month, @Nullable Integer shard, boolean unarchived) {

		boolean isFor(Shard any) {
			return (this.shard == null) || (this.shard == any.number());
		}

	}

	enum Operation {

		ARCHIVE, DROP, RESTORE

	}

	/// What this instance's latest command has done.
	///
	/// @param state `none`, `running`, `completed` or `failed`
	/// @param events handled so far
	record Progress(String state, @Nullable Command command, long events, @Nullable String error,
			@Nullable Instant startedAt, @Nullable Instant endedAt) {

		static final Progress NONE = new Progress("none", null, 0, null, null, null);

		boolean isRunning() {
			return this.state.equals("running");
		}

		Progress add(long more) {
			return new Progress(this.state, this.command, this.events + more, null, this.startedAt, null);
		}

		Progress end(@Nullable String failure, Instant at) {
			return new Progress((failure == null) ? "completed" : "failed", this.command, this.events, failure,
					this.startedAt, at);
		}

	}

	Progress progress() {
		return this.progress.get();
	}

	/// A month of a shard.
	///
	/// @param due whether its events should have gone
	record Listed(int shard, UsageMonth month, boolean due) {}

	/// The months of all shards.
	Mono<List<Listed>> list() {
		return Flux.fromIterable(this.shards.all())
				.concatMap((shard) -> table(shard).all()
						.map((month) -> new Listed(shard.number(), month, isDue(month))))
				.collectList();
	}

	/// Begins unless a command is under way on this instance; tells which.
	boolean begin(Command wanted) {
		Progress before = this.progress.get();
		Progress begun = new Progress("running", wanted, 0, null, this.clock.instant(), null);
		if (before.isRunning() || !this.progress.compareAndSet(before, begun)) {
			return false;
		}
		this.command = run(wanted).subscribe();
		return true;
	}

	private Mono<Void> run(Command wanted) {
		return Flux.fromIterable(this.shards.all())
				.filter(wanted::isFor)
				.concatMap((shard) -> ShardLock.alone(shard, run(wanted, shard))
						.doOnError((error) -> this.metrics.failed(shard.number())))
				.reduce(Integer::sum)
				.filter((months) -> months > 0 || wanted.month() == null)
				.switchIfEmpty(Mono.error(() -> new RetentionFailure("No shard has %s.".formatted(wanted.month()))))
				.doOnSuccess((months) -> end(null))
				.doOnError((error) -> end(describe(error)))
				.onErrorComplete()
				.then();
	}

	/// How many months it was for.
	private Mono<Integer> run(Command wanted, Shard shard) {
		return table(shard).all()
				.filter((month) -> (wanted.month() != null) ? wanted.month().equals(month.month()) : isDue(month))
				.collectList()
				.flatMapIterable((months) -> months)
				.concatMap((month) -> run(wanted, shard, month).thenReturn(1))
				.reduce(0, Integer::sum)
				.delayUntil((months) -> look(shard));
	}

	/// What is as it is wanted already stays so: a command may be repeated.
	private Mono<Void> run(Command wanted, Shard shard, UsageMonth month) {
		LongConsumer counted = (events) -> this.progress.updateAndGet((current) -> current.add(events));
		boolean restoring = wanted.operation() == Operation.RESTORE;
		return switch (month.state()) {
			case DROPPED -> (wanted.operation() == Operation.DROP)
					? Mono.empty()
					: refused("%s on shard %d was dropped without an archive.", month, shard);
			case ARCHIVED -> restoring ? this.restoreMonth.restore(shard, month, counted).then() : Mono.empty();
			case PRESENT, ARCHIVING, RESTORED -> restoring ? Mono.empty() : remove(wanted, shard, month, counted);
		};
	}

	private Mono<Void> remove(Command wanted, Shard shard, UsageMonth month, LongConsumer counted) {
		if (wanted.operation() == Operation.ARCHIVE || (month.state() == State.RESTORED && !month.changed())) {
			return archive(shard, month, counted);
		}
		return wanted.unarchived()
				? this.archiveMonth.discard(shard, month)
				: refused("%s on shard %d is not archived. Archive it, or say unarchived to lose its events.", month,
						shard);
	}

	private static Mono<Void> refused(String why, UsageMonth month, Shard shard) {
		return Mono.error(() -> new RetentionFailure(why.formatted(month.month(), shard.number())));
	}

	private Mono<Void> archive(Shard shard, UsageMonth month, LongConsumer counted) {
		return this.archiveMonth.archive(shard, month, counted)
				.doOnNext((events) -> this.metrics.archived(shard.number(), events))
				.then();
	}

	/// How far the schedule is nobody looks at.
	private static void ignore(long events) {
	}

	private void end(@Nullable String failure) {
		Progress ended = this.progress.updateAndGet((current) -> current.end(failure, this.clock.instant()));
		if (failure != null) {
			log.warn("{} failed: {}", ended.command(), failure);
		}
	}

	private static String describe(Throwable error) {
		return (error instanceof RetentionFailure) ? String.valueOf(error.getMessage()) : Causes.describe(error);
	}

	/// Does on every shard what the time has come for. Nothing here fails; what goes wrong is tried again in the next round.
	Mono<Void> round() {
		return Flux.fromIterable(this.shards.all())
				.concatMap((shard) -> round(shard)
						.doOnSuccess((done) -> this.metrics.succeeded(shard.number(), this.clock.instant()))
						.onErrorResume(ShardLock.Busy.class, (busy) -> Mono.empty())
						.doOnError((error) -> this.metrics.failed(shard.number()))
						.doOnError((error) -> log.warn("Retention on shard {} waits for the next round: {}",
								shard.number(), describe(error)))
						.onErrorComplete())
				.then();
	}

	private Mono<Void> round(Shard shard) {
		return look(shard).filter((months) -> months.stream().anyMatch(this::isToGo))
				.flatMap((months) -> ShardLock.alone(shard, table(shard).all()
						.collectList()
						.flatMapIterable((all) -> all)
						.filter(this::isToGo)
						.concatMap((month) -> archive(shard, month, Retention::ignore))
						.then(Mono.defer(() -> look(shard)))))
				.then();
	}

	private Mono<List<UsageMonth>> look(Shard shard) {
		return table(shard).all()
				.collectList()
				.doOnNext((months) -> this.metrics.saw(shard.number(),
						months.stream().filter(this::isDue).map(UsageMonth::month).toList(), this.settings.keeping(),
						this.clock.instant()));
	}

	/// A restored month is not due before its time is over.
	private boolean isDue(UsageMonth month) {
		Instant now = this.clock.instant();
		return switch (month.state()) {
			case PRESENT, ARCHIVING -> this.settings.keeping().isDue(month.month(), now);
			case RESTORED -> month.keptUntil() != null && !now.isBefore(month.keptUntil());
			case ARCHIVED, DROPPED -> false;
		};
	}

	/// What nobody asked for stays where there is no archive.
	private boolean isToGo(UsageMonth month) {
		return isDue(month) && this.settings.isArchiving();
	}

	private MonthTable table(Shard shard) {
		return new MonthTable(shard, this.settings.stepTimeout());
	}

	@Override
	public void start() {
		this.running = true;
		this.schedule = Flux.interval(Duration.ZERO, this.settings.interval())
				.onBackpressureDrop()
				.concatMap((tick) -> round(), 1)
				.subscribe();
	}

	/// What is broken off goes on in the next round, here or elsewhere.
	@Override
	public void stop() {
		this.running = false;
		this.schedule.dispose();
		this.command.dispose();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
