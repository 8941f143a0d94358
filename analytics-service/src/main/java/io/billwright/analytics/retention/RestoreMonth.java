package io.billwright.analytics.retention;

import java.time.Clock;
import java.util.Objects;
import java.util.UUID;
import java.util.function.LongConsumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.analytics.retention.MonthFiles.Content;
import io.billwright.analytics.shard.Shard;
import io.billwright.platform.ids.Ids;

/// Brings an archived month back, for a while. Nobody sees it before all of it is there and is what the archive says; broken
/// off, it is begun anew.
@Component
class RestoreMonth {

	private static final Logger log = LoggerFactory.getLogger(RestoreMonth.class);

	private final MonthFiles files;

	private final RetentionSettings settings;

	private final Clock clock;

	RestoreMonth(MonthFiles files, RetentionSettings settings, Clock clock) {
		this.files = files;
		this.settings = settings;
		this.clock = clock;
	}

	/// Emits how many events are back.
	Mono<Long> restore(Shard shard, UsageMonth month, LongConsumer progress) {
		MonthTable table = new MonthTable(shard, this.settings.stepTimeout());
		UUID attempt = Ids.next();
		String name = Objects.requireNonNull(month.archive());
		Content expected = new Content(Objects.requireNonNull(month.events()), Objects.requireNonNull(month.digest()));
		return this.files.readManifest(name)
				.doOnNext((manifest) -> check(manifest, month, expected))
				.then(Mono.defer(() -> table.beginRestore(month.month(), attempt)))
				.thenMany(this.files.chunks(name, this.settings.chunk(), expected))
				.concatMap((lines) -> table.fill(month.month(), attempt, lines).doOnNext(progress::accept), 0)
				.then(Mono.defer(() -> table.finishRestore(month.month(), attempt)))
				.then(Mono.defer(() -> table
						.attach(month.month(), attempt, this.clock.instant().plus(this.settings.restoredFor()))
						.retryWhen(ArchiveMonth.whileLocked(this.settings))))
				.thenReturn(expected.events())
				.doOnNext((events) -> log.info("Usage of {} on shard {} is restored: {} events", month.month(),
						shard.number(), events));
	}

	private static void check(Manifest manifest, UsageMonth month, Content expected) {
		if (manifest.format() != Manifest.FORMAT || !manifest.month().equals(month.month().toString())
				|| !expected.equals(new Content(manifest.events(), manifest.sha256()))) {
			throw new RetentionFailure("The manifest %s does not tell of all that is archived of %s on the shard."
					.formatted(month.archive(), month.month()));
		}
	}

}
