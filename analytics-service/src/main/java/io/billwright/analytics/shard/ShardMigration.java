package io.billwright.analytics.shard;

import java.time.Duration;

import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// Brings a shard's tables up to date, with histories beside that of the service's own tables, as one database may hold
/// both.
///
/// @param url of the database, for JDBC
record ShardMigration(String url, @Nullable String user, @Nullable String password) {

	/// Done once: completes at once when it has succeeded, and is tried again for the next one who asks when it has failed, so
	/// that a shard which is down at the start keeps nobody else waiting.
	Mono<Void> once() {
		return Mono.fromCallable(this::migrate)
				.subscribeOn(Schedulers.boundedElastic())
				.cache((done) -> Duration.ofMillis(Long.MAX_VALUE), (error) -> Duration.ZERO, () -> Duration.ZERO)
				.then();
	}

	private int migrate() {
		return run("classpath:db/platform", "flyway_platform_history")
				+ run("classpath:db/shard", "flyway_shard_history");
	}

	private int run(String location, String history) {
		return Flyway.configure()
				.dataSource(this.url, this.user, this.password)
				.baselineOnMigrate(true)
				.baselineVersion("0")
				.locations(location)
				.table(history)
				.load()
				.migrate().migrationsExecuted;
	}

}
