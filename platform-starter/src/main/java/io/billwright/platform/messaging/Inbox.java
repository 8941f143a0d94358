package io.billwright.platform.messaging;

import java.time.Clock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.tenancy.SystemScope;

/// Remembers which events have had their effect, for as long as they may be delivered again.
final class Inbox implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(Inbox.class);

	private static final String INSERT = """
			INSERT INTO inbox (event_id, subscription) VALUES ($1, $2) ON CONFLICT DO NOTHING""";

	private static final String FORGET = """
			DELETE FROM inbox WHERE ctid = ANY (ARRAY(
				SELECT ctid FROM inbox WHERE handled_at < $1 ORDER BY handled_at LIMIT $2))""";

	private final DatabaseClient database;

	private final TransactionalOperator transaction;

	private final MessagingSettings.Inbox settings;

	private final Clock clock;

	private @Nullable Disposable cleanup;

	Inbox(DatabaseClient database, TransactionalOperator transaction, MessagingSettings.Inbox settings, Clock clock) {
		this.database = database;
		this.transaction = transaction;
		this.settings = settings;
		this.clock = clock;
	}

	/// Notes, in the current transaction, that the event is handled; emits whether that is new. Where another transaction
	/// is about to note the same, it waits for that one's end.
	Mono<Boolean> isNew(Event<?> event, String subscription) {
		return this.database.sql(INSERT)
				.bind(0, event.id())
				.bind(1, subscription)
				.fetch()
				.rowsUpdated()
				.map((inserted) -> inserted == 1);
	}

	/// Forgets what is older than the retention, batch by batch; emits how much that was.
	Mono<Long> forgetOld() {
		return Mono.defer(() -> this.database.sql(FORGET)
				.bind(0, this.clock.instant().minus(this.settings.retention()))
				.bind(1, this.settings.cleanupBatch())
				.fetch()
				.rowsUpdated()
				.as(this.transaction::transactional))
				.contextWrite(SystemScope.bind())
				.repeat()
				.takeUntil((forgotten) -> forgotten < this.settings.cleanupBatch())
				.reduce(0L, Long::sum);
	}

	@Override
	public void start() {
		this.cleanup = Flux.interval(this.settings.cleanupInterval())
				.onBackpressureDrop()
				.concatMap((tick) -> forgetOld()
						.doOnError((error) -> log.warn("Old inbox notes stay until the next round: {}",
								Causes.describe(error)))
						.onErrorComplete())
				.subscribe();
	}

	@Override
	public void stop() {
		if (this.cleanup != null) {
			this.cleanup.dispose();
			this.cleanup = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.cleanup != null;
	}

	/// That of the consumer, which needs it: Spring would end what depends on a bean of a higher phase in that phase already.
	@Override
	public int getPhase() {
		return EventConsumer.PHASE;
	}

}
