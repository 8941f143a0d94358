package io.billwright.analytics.correction;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.analytics.correction.Backfill.Status;
import io.billwright.analytics.counting.Recounting;
import io.billwright.analytics.counting.Recounting.Changed;
import io.billwright.analytics.meter.Meter;
import io.billwright.analytics.meter.Meters;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.summary.UsageFigures;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.identity.Caller;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.Tenant;

/// Replaces all events of a customer in a stretch of time, of the bound tenant: first a draft takes the new events in, then it is
/// applied in one transaction, and may be reverted in another.
@Service
class ReplaceUsage {

	private final Shards shards;

	private final Recounting recounting;

	private final Meters meters;

	private final UsageFigures figures;

	private final CorrectionSettings settings;

	private final Clock clock;

	ReplaceUsage(Shards shards, Recounting recounting, Meters meters, UsageFigures figures, CorrectionSettings settings,
			Clock clock) {
		this.shards = shards;
		this.recounting = recounting;
		this.meters = meters;
		this.figures = figures;
		this.settings = settings;
		this.clock = clock;
	}

	/// What a backfill would change.
	///
	/// @param replaced events that count no more
	/// @param taken keys that belong to other events, which it does not replace; with any it cannot be applied
	/// @param meters of those that may count such events, by slug
	record Preview(Backfill backfill, long replaced, long taken, List<UsageFigures.Compared> meters) {}

	/// Makes a draft. Fails with [CorrectionFailure.TooManyBackfills].
	Mono<Backfill> draft(Backfill.Scope scope, String reason) {
		return Mono.zip(Tenant.current(), Caller.current()).flatMap((both) -> {
			Backfill draft = new Backfill(new BackfillId(Ids.next()), Status.DRAFT, scope, reason,
					both.getT2().principal(), now(), 0, null, null, null);
			return this.shards.at(both.getT1().organization(), scope.customer(),
					(shard) -> shard.transactional(Mono.defer(() -> {
						BackfillTable table = new BackfillTable(shard);
						return table.countDrafts(draftsSince())
								.filter((count) -> count < this.settings.drafts())
								.switchIfEmpty(
										Mono.error(
												() -> new CorrectionFailure.TooManyBackfills(this.settings.drafts())))
								.then(Mono.defer(() -> table.add(draft)))
								.thenReturn(draft);
					})));
		});
	}

	/// The backfill.
	Mono<Backfill> require(BackfillId id) {
		return at(id, (shard, backfill) -> Mono.just(backfill));
	}

	/// Those of a customer, the newest first.
	///
	/// @param before of the page before; `null` for the first
	Mono<List<Backfill>> page(UUID customer, @Nullable UUID before, PageRequest page) {
		return Tenant.current()
				.flatMap((tenant) -> this.shards.at(tenant.organization(), customer, (shard) -> shard.reading(
						Mono.defer(() -> new BackfillTable(shard).page(customer, draftsSince(), before, page)))));
	}

	/// Puts events into a draft; one whose key is there already takes its place.
	Mono<Backfill> put(BackfillId id, Collection<UsageEvent> events) {
		return at(id, (shard, backfill) -> shard.transactional(Mono.defer(() -> {
			BackfillTable table = new BackfillTable(shard);
			return locked(table, id).doOnNext((draft) -> draft.require(Status.DRAFT))
					.then(Mono.defer(() -> table.put(id, events)))
					.then(Mono.defer(() -> locked(table, id)))
					.doOnNext((draft) -> checkSize(draft.events()));
		})));
	}

	/// Throws a draft away.
	Mono<Void> discard(BackfillId id) {
		return at(id, (shard, backfill) -> shard.transactional(Mono.defer(() -> {
			BackfillTable table = new BackfillTable(shard);
			return locked(table, id).doOnNext((draft) -> draft.require(Status.DRAFT))
					.then(Mono.defer(() -> table.deleteDraft(id)));
		}))).then();
	}

	/// What a draft would change now.
	Mono<Preview> preview(BackfillId id) {
		return at(id, (shard, backfill) -> Mono.zip(Tenant.current(), affected(backfill)).flatMap((both) -> {
			backfill.require(Status.DRAFT);
			BackfillTable table = new BackfillTable(shard);
			Instant now = now();
			Flux<UsageEvent> given = shard.reading(Flux.defer(() -> table.events(backfill, both.getT1(), now)));
			return Mono.zip(shard.reading(Mono.defer(() -> table.countReplaced(backfill))),
					shard.reading(Mono.defer(() -> table.countTaken(backfill, now))),
					this.figures.instead(backfill.scope().customer(), backfill.scope().span(), both.getT2(), given))
					.map((all) -> new Preview(backfill, all.getT1(), all.getT2(), all.getT3()));
		}));
	}

	private Mono<List<Meter>> affected(Backfill backfill) {
		String metric = backfill.scope().metric();
		return this.meters.named(List.of())
				.filter((meter) -> metric == null || metric.equals(meter.details().counting().eventName()))
				.collectList();
	}

	/// Makes the draft's events count in the place of those before. Fails with [CorrectionFailure.KeysTaken] and
	/// [CorrectionFailure.BackfillTooLarge].
	Mono<Backfill> apply(BackfillId id) {
		return change(id, (table, backfill) -> (backfill.status() == Status.APPLIED)
				? unchanged(backfill)
				: apply(table, backfill.require(Status.DRAFT)));
	}

	private Mono<Changed<Backfill>> apply(BackfillTable table, Backfill draft) {
		Instant now = now();
		UUID correction = Ids.next();
		return table.countReplaced(draft)
				.doOnNext(this::checkSize)
				.then(Mono.defer(() -> table.countTaken(draft, now)))
				.doOnNext(ReplaceUsage::checkTaken)
				.then(Caller.current())
				.flatMap((caller) -> table.apply(draft, correction, caller.principal(), now))
				.then(Mono.defer(() -> changed(table, draft, correction)));
	}

	/// Makes everything count as it did before the backfill. Fails with [CorrectionFailure.BackfillSuperseded].
	Mono<Backfill> revert(BackfillId id) {
		return change(id, (table, backfill) -> (backfill.status() == Status.REVERTED)
				? unchanged(backfill)
				: revert(table, backfill.require(Status.APPLIED)));
	}

	private Mono<Changed<Backfill>> revert(BackfillTable table, Backfill backfill) {
		UUID correction = Ids.next();
		UUID applied = Objects.requireNonNull(backfill.correction());
		return table.countLater(backfill.id()).flatMap((later) -> {
			if (later > 0) {
				return Mono.error(() -> new CorrectionFailure.BackfillSuperseded(backfill.id()));
			}
			return Caller.current()
					.flatMap((caller) -> table.revert(backfill, applied, correction, caller.principal(), now()))
					.then(Mono.defer(() -> changed(table, backfill, correction)));
		});
	}

	private Mono<Changed<Backfill>> changed(BackfillTable table, Backfill before, UUID correction) {
		return Mono.zip(locked(table, before.id()), table.touched(correction), Changed::new);
	}

	private static Mono<Changed<Backfill>> unchanged(Backfill backfill) {
		return Mono.just(new Changed<>(backfill, Map.of()));
	}

	private Mono<Backfill> change(BackfillId id,
			BiFunction<BackfillTable, Backfill, Mono<Changed<Backfill>>> change) {
		return at(id, (shard, found) -> this.recounting.change(shard, found.scope().customer(), Mono.defer(() -> {
			BackfillTable table = new BackfillTable(shard);
			return locked(table, id).flatMap((backfill) -> change.apply(table, backfill));
		})));
	}

	/// Only its shard knows a backfill by its id.
	private <T> Mono<T> at(BackfillId id, BiFunction<Shard, Backfill, Mono<T>> work) {
		return Tenant.current()
				.flatMap((tenant) -> this.shards.at(tenant.organization(), (shards) -> Flux.fromIterable(shards)
						.concatMap((shard) -> shard
								.reading(Mono.defer(() -> new BackfillTable(shard).find(id, draftsSince())))
								.map((backfill) -> Map.entry(shard, backfill)))
						.next()
						.switchIfEmpty(Mono.error(() -> notFound(id)))
						.flatMap((found) -> work.apply(found.getKey(), found.getValue()))));
	}

	private Mono<Backfill> locked(BackfillTable table, BackfillId id) {
		return table.lock(id, draftsSince()).switchIfEmpty(Mono.error(() -> notFound(id)));
	}

	private static NotFound notFound(BackfillId id) {
		return new NotFound("backfill", id.text());
	}

	private void checkSize(long events) {
		if (events > this.settings.backfillEvents()) {
			throw new CorrectionFailure.BackfillTooLarge(this.settings.backfillEvents());
		}
	}

	private static void checkTaken(long keys) {
		if (keys > 0) {
			throw new CorrectionFailure.KeysTaken(keys);
		}
	}

	private Instant draftsSince() {
		return now().minus(this.settings.draftLife());
	}

	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MICROS);
	}

}
