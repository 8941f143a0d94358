package io.billwright.user.apikey;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// When keys were used last. Whoever asks about a key does not wait for that to be written: uses are noted in memory and
/// recorded from there now and then, so that a key which is used all the time costs one write a minute. What has not been
/// recorded when the process ends is lost.
@Component
class KeyUses {

	/// A use is not worth recording when the last recorded one is younger.
	private static final Duration RECORDED_EVERY = Duration.ofMinutes(1);

	private final DatabaseClient client;

	private final int most;

	private final Clock clock;

	private final Map<UUID, Instant> noted = new ConcurrentHashMap<>();

	KeyUses(DatabaseClient client, ApiKeySettings settings, Clock clock) {
		this.client = client;
		this.most = settings.usesNoted();
		this.clock = clock;
	}

	/// Notes that a key was used just now. When too many are noted already, it is not.
	///
	/// @param recorded its last use as far as recorded
	void note(ApiKeyId key, @Nullable Instant recorded) {
		Instant now = this.clock.instant();
		boolean due = (recorded == null) || recorded.isBefore(now.minus(RECORDED_EVERY));
		if (due && ((this.noted.size() < this.most) || this.noted.containsKey(key.value()))) {
			this.noted.put(key.value(), now);
		}
	}

	/// Records what was noted, in a transaction above organizations. Another instance may be about to record uses of the
	/// same keys: what it holds is left to it.
	Mono<Void> record() {
		return Mono.defer(() -> {
			Map<UUID, Instant> uses = Map.copyOf(this.noted);
			return uses.isEmpty()
					? Mono.empty()
					: write(uses).doOnSuccess((written) -> this.noted.entrySet().removeAll(uses.entrySet()));
		});
	}

	private Mono<Void> write(Map<UUID, Instant> uses) {
		UUID[] keys = uses.keySet().toArray(UUID[]::new);
		return this.client.sql("""
				UPDATE api_keys k SET last_used_at = due.used_at
				FROM (SELECT k.organization_id, k.id, u.used_at
					FROM unnest(:keys::uuid[], :instants::timestamptz[]) AS u (id, used_at)
					JOIN api_keys k ON k.id = u.id
					WHERE k.last_used_at IS NULL OR k.last_used_at < u.used_at - :every::interval
					FOR NO KEY UPDATE OF k SKIP LOCKED) due
				WHERE k.organization_id = due.organization_id AND k.id = due.id""")
				.bind("keys", keys)
				.bind("instants", Stream.of(keys).map(uses::get).map(Instant::toString).toArray(String[]::new))
				.bind("every", RECORDED_EVERY.toSeconds() + " s")
				.then();
	}

}
