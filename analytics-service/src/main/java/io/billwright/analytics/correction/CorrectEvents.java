package io.billwright.analytics.correction;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

import io.billwright.analytics.archived.ArchivedEvents;
import io.billwright.analytics.correction.CorrectionTable.Kept;
import io.billwright.analytics.counting.Recounting;
import io.billwright.analytics.counting.Recounting.Changed;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.usage.EventKey;
import io.billwright.analytics.usage.UsageEvent;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.identity.Caller;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.tenancy.Tenant;

/// Voids and amends events of the bound tenant.
@Service
class CorrectEvents {

	private final Shards shards;

	private final Recounting recounting;

	private final CorrectionSettings settings;

	private final Clock clock;

	CorrectEvents(Shards shards, Recounting recounting, CorrectionSettings settings, Clock clock) {
		this.shards = shards;
		this.recounting = recounting;
		this.settings = settings;
		this.clock = clock;
	}

	/// Corrects an event and all figures that it is in. A correction that has been made already is not made again: the first
	/// one is the answer. Fails with [CorrectionFailure].
	Mono<Correction> correct(Correction.Draft draft) {
		return Mono.zip(Tenant.current(), Caller.current()).flatMap((both) -> {
			Tenant tenant = both.getT1();
			Instant now = this.clock.instant().truncatedTo(ChronoUnit.MICROS);
			checkTimestamp((draft.change() != null) ? draft.change().timestamp() : null, now);
			UUID key = EventKey.hash(tenant.organization(), tenant.live(), draft.key());
			return this.shards.at(tenant.organization(), draft.customer(), (shard) -> this.recounting.change(shard,
					draft.customer(), Mono.defer(() -> correct(shard, key, draft, both.getT2().principal(), now))));
		});
	}

	private Mono<Changed<Correction>> correct(Shard shard, UUID key, Correction.Draft draft, String principal,
			Instant now) {
		CorrectionTable table = new CorrectionTable(shard);
		Instant since = now.minus(this.settings.window());
		return table.find(key, draft.customer(), since)
				.switchIfEmpty(new ArchivedEvents(shard.client()).refuseAccepted(draft.customer(), since))
				.switchIfEmpty(Mono.error(
						() -> new CorrectionFailure.UnknownEvent(draft.key(), this.settings.window().toDays())))
				.flatMap((event) -> isDone(draft, event)
						? made(table, draft, event)
						: make(table, draft, event, principal, now));
	}

	private static boolean isDone(Correction.Draft draft, Kept event) {
		boolean voided = event.state().voidedAt() != null;
		if (voided && draft.change() != null) {
			throw new CorrectionFailure.EventVoided(draft.key());
		}
		return voided || draft.apply(event.state(), Instant.EPOCH).equals(event.state());
	}

	private static Mono<Changed<Correction>> made(CorrectionTable table, Correction.Draft draft, Kept event) {
		return table.last(event)
				.filter((last) -> last.type() == draft.type())
				.switchIfEmpty(Mono.error(() -> new CorrectionFailure.NothingToCorrect(draft.key())))
				.map((last) -> new Changed<>(last, Map.of()));
	}

	private static Mono<Changed<Correction>> make(CorrectionTable table, Correction.Draft draft, Kept event,
			String principal, Instant now) {
		EventState after = draft.apply(event.state(), now);
		Correction correction = new Correction(new CorrectionId(Ids.next()), draft.type(), draft.customer(),
				draft.key(), draft.reason(), principal, now, event.state(), after);
		return table.save(correction, event)
				.thenReturn(new Changed<>(correction,
						Map.of(after.metric(), moments(event.state().timestamp(), after.timestamp()))));
	}

	private static Set<Instant> moments(Instant one, Instant other) {
		return one.equals(other) ? Set.of(one) : Set.of(one, other);
	}

	private void checkTimestamp(@Nullable Instant timestamp, Instant now) {
		if (timestamp != null && timestamp.isAfter(now.plus(UsageEvent.FUTURE_LIMIT))) {
			throw new Invalid("timestamp", "timestamp_in_future", "must not be more than 5 minutes ahead");
		}
		if (timestamp != null && timestamp.isBefore(now.minus(this.settings.window()))) {
			throw new Invalid("timestamp", "timestamp_too_old",
					"must not be more than %d days ago".formatted(this.settings.window().toDays()));
		}
	}

}
