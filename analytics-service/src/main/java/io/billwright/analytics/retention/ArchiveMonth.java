package io.billwright.analytics.retention;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.UUID;
import java.util.function.LongConsumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

import io.billwright.analytics.counting.Counting;
import io.billwright.analytics.retention.MonthFiles.Content;
import io.billwright.analytics.retention.MonthTable.Described;
import io.billwright.analytics.retention.UsageMonth.State;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.usage.EventKey;
import io.billwright.platform.ids.Ids;

/// Archives a month of a shard and drops it there. It is fenced, written, read again and compared before anything is dropped,
/// so that whatever breaks off loses nothing; begun again, it goes on after what is done.
@Component
class ArchiveMonth {

	private static final Logger log = LoggerFactory.getLogger(ArchiveMonth.class);

	private static final Duration PAUSE = Duration.ofSeconds(1);

	/// So many times it is asked again how far a shard is counted.
	private static final int KNOWN_PAUSES = 60;

	private final MonthFiles files;

	private final Counting counting;

	private final RetentionSettings settings;

	private final Clock clock;

	ArchiveMonth(MonthFiles files, Counting counting, RetentionSettings settings, Clock clock) {
		this.files = files;
		this.counting = counting;
		this.settings = settings;
		this.clock = clock;
	}

	/// Archives what is here and drops it; a restored month that is as its archive is only dropped. Emits how many events were
	/// archived.
	Mono<Long> archive(Shard shard, UsageMonth month, LongConsumer progress) {
		MonthTable table = table(shard);
		UUID attempt = Ids.next();
		if (month.state() == State.RESTORED && !month.changed()) {
			return drop(table, month.month(), attempt, false).thenReturn(0L)
					.doOnNext((done) -> log.info("Usage of {} on shard {}, which was restored, is dropped again",
							month.month(), shard.number()));
		}
		return requireCounted(shard, month.month())
				.then(fence(table, month.month(), attempt))
				.then(Mono.defer(() -> table.find(month.month())))
				.flatMap((fenced) -> find(fenced)
						.switchIfEmpty(Mono.defer(() -> write(shard, month.month(), attempt, progress))))
				.delayUntil((content) -> drop(table, month.month(), attempt, false))
				.doOnNext(
						(content) -> log.info("Usage of {} on shard {} is archived and dropped: {} events, SHA-256 {}",
								month.month(), shard.number(), content.events(), content.digest()))
				.map(Content::events);
	}

	/// Drops what is here for ever.
	Mono<Void> discard(Shard shard, UsageMonth month) {
		MonthTable table = table(shard);
		UUID attempt = Ids.next();
		return requireCounted(shard, month.month())
				.then(fence(table, month.month(), attempt))
				.then(Mono.defer(() -> table.describe(month.month(), attempt, this.settings.chunk())))
				.flatMap((described) -> table.save(month.month(), attempt, null, described.events(), null)
						.then(Mono.defer(() -> drop(table, month.month(), attempt, true)))
						.doOnSuccess((done) -> log.info(
								"Usage of {} on shard {} is dropped without an archive: {} events", month.month(),
								shard.number(), described.events())));
	}

	/// What is in the queue may be an event of the month, or repeat one. An instance that has just started knows a moment later.
	private Mono<Void> requireCounted(Shard shard, YearMonth month) {
		return Mono.defer(() -> Mono.justOrEmpty(this.counting.countedUntil(shard.number())))
				.repeatWhenEmpty((times) -> times.take(KNOWN_PAUSES).delayElements(PAUSE))
				.filter((until) -> !until.isBefore(Keeping.end(month).plus(EventKey.LIFE)))
				.switchIfEmpty(Mono.error(() -> new RetentionFailure(
						"Shard %d has not counted everything yet that was accepted until 35 days after %s."
								.formatted(shard.number(), month))))
				.then();
	}

	/// What an attempt before this one has archived, if that can be read.
	private Mono<Content> find(UsageMonth month) {
		if (month.archive() == null || month.events() == null || month.digest() == null) {
			return Mono.empty();
		}
		Content expected = new Content(month.events(), month.digest());
		return this.files.read(month.archive())
				.filter(expected::equals)
				.onErrorResume(IOException.class, (ex) -> Mono.empty());
	}

	private Mono<Content> write(Shard shard, YearMonth month, UUID attempt, LongConsumer progress) {
		MonthTable table = table(shard);
		Instant now = this.clock.instant();
		String name = "shard-%d/%s-%s".formatted(shard.number(), month, attempt);
		return table.describe(month, attempt, this.settings.chunk())
				.flatMap((described) -> this.files
						.write(name, table.lines(month, described, this.settings.chunk()), progress)
						.delayUntil((content) -> verify(name, content, described))
						.delayUntil((content) -> this.files.size(name)
								.map((bytes) -> new Manifest(Manifest.FORMAT, shard.number(), month.toString(),
										content.events(), described.first(), described.last(), described.columns(),
										content.digest(), bytes, now))
								.flatMap((manifest) -> this.files.writeManifest(name, manifest)
										.then(Mono.defer(() -> table.save(month, attempt, name, content.events(),
												manifest))))));
	}

	private Mono<Void> verify(String name, Content written, Described described) {
		return this.files.read(name)
				.filter((read) -> read.equals(written) && read.events() == described.events())
				.switchIfEmpty(Mono.error(() -> new RetentionFailure(
						"The archive %s is not what was written. Nothing is dropped.".formatted(name))))
				.then();
	}

	private Mono<Void> fence(MonthTable table, YearMonth month, UUID attempt) {
		return table.fence(month, attempt).retryWhen(whileLocked());
	}

	private Mono<Void> drop(MonthTable table, YearMonth month, UUID attempt, boolean unarchived) {
		return table.drop(month, attempt, unarchived).retryWhen(whileLocked());
	}

	/// Short tries with pauses, as whoever waits for the table of events keeps all others waiting that come after it.
	private Retry whileLocked() {
		return whileLocked(this.settings);
	}

	static Retry whileLocked(RetentionSettings settings) {
		return Retry.fixedDelay(settings.patience().dividedBy(PAUSE), PAUSE)
				.filter(MonthTable::isLocked)
				.onRetryExhaustedThrow((spec, signal) -> new RetentionFailure(
						"The events were being read for %s without a pause; try again later."
								.formatted(settings.patience())));
	}

	private MonthTable table(Shard shard) {
		return new MonthTable(shard, this.settings.stepTimeout());
	}

}
