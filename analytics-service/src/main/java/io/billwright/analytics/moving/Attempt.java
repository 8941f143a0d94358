package io.billwright.analytics.moving;

import java.util.UUID;
import java.util.function.Function;

import reactor.core.publisher.Mono;

import io.billwright.analytics.counting.Watermark;
import io.billwright.analytics.counting.WatermarkTable;
import io.billwright.analytics.shard.Placements;
import io.billwright.analytics.shard.Shard;

/// One attempt of one instance at a step. Only the latest attempt may write: an instance that was believed to be dead finds
/// that out at its next write, at the source as well as at the target.
final class Attempt {

	private static final String BEGIN = """
			INSERT INTO usage_placement AS known (organization_id, version, shards, changed_at, attempt)
			VALUES ($1, $2, $3, timestamptz 'epoch', $4)
			ON CONFLICT (organization_id) DO UPDATE SET version = excluded.version, shards = excluded.shards,
				attempt = excluded.attempt
			WHERE known.version <= excluded.version""";

	private static final String CHECK = "SELECT true FROM usage_placement WHERE organization_id = $1 AND attempt = $2 FOR SHARE";

	private static final String END = "UPDATE usage_placement SET attempt = NULL WHERE organization_id = $1 AND attempt = $2";

	/// See `usage_here`: who writes for the organization as a tenant shares it.
	private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('placement ' || $1::uuid, 0))";

	private final Step step;

	private final UUID id = UUID.randomUUID();

	Attempt(Step step) {
		this.step = step;
	}

	Step step() {
		return this.step;
	}

	/// Unique.
	UUID id() {
		return this.id;
	}

	/// Somebody else attempts the step by now.
	static final class Superseded extends RuntimeException {

		private static final long serialVersionUID = 1L;

		Superseded() {
			super("another attempt has begun", null, false, false);
		}

	}

	/// Begins, at the source first. Emits false where the step is done already. From then on both shards know that what moves
	/// is at the source; what either knows otherwise it would have to count itself.
	Mono<Boolean> begin() {
		Shard source = this.step.source();
		return source.transactional(lock().then(begin(source)))
				.flatMap((begun) -> begun
						? this.step.target().transactional(begin(this.step.target()))
						: Mono.just(false));
	}

	private Mono<Boolean> begin(Shard shard) {
		return new Placements(shard).change()
				.then(Rows.execute(shard, BEGIN, this.step.organization(), this.step.before().version(),
						this.step.before().shards().toArray(Integer[]::new), this.id))
				.map((rows) -> rows > 0);
	}

	/// Lets no tenant write at the source until the transaction ends.
	Mono<Void> lock() {
		return Rows.execute(this.step.source(), LOCK, this.step.organization()).then();
	}

	/// Runs the work in a transaction of the target that holds the watermark.
	<T> Mono<T> onTarget(Function<Watermark, Mono<T>> work) {
		Shard target = this.step.target();
		return target.transactional(
				WatermarkTable.share(target).delayUntil((watermark) -> check(target)).flatMap(work));
	}

	/// Needs a transaction. Fails with [Superseded].
	Mono<Void> check(Shard shard) {
		return Mono.defer(() -> shard.client()
				.sql(CHECK)
				.bind(0, this.step.organization())
				.bind(1, this.id)
				.mapValue(Boolean.class)
				.one()
				.switchIfEmpty(Mono.error(Superseded::new))
				.then());
	}

	/// Ends it without a move.
	Mono<Void> end() {
		return end(this.step.source()).then(end(this.step.target()));
	}

	private Mono<Void> end(Shard shard) {
		return shard.transactional(Rows.execute(shard, END, this.step.organization(), this.id)).then();
	}

}
