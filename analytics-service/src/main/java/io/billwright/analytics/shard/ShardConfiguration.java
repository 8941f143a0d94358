package io.billwright.analytics.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.flyway.autoconfigure.FlywayProperties;
import org.springframework.boot.r2dbc.ConnectionFactoryBuilder;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcProperties;
import org.springframework.boot.r2dbc.metrics.ConnectionPoolMetrics;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Mono;

import io.billwright.platform.tenancy.SeparateDatabase;

/// Opens the shards.
@Configuration(proxyBeanMethods = false)
class ShardConfiguration {

	@Bean
	ShardPools shardPools(ShardSettings settings, R2dbcProperties main, MeterRegistry meters) {
		List<String> urls = settings.addresses(Objects.requireNonNull(main.getUrl(), "spring.r2dbc.url"));
		return new ShardPools(IntStream.range(0, urls.size())
				.mapToObj((number) -> pool(number, urls.get(number), settings, main, meters))
				.toList());
	}

	/// After the migration of the service's own database, which may be a shard too.
	@Bean
	@DependsOnDatabaseInitialization
	Shards shards(ShardPools pools, ShardSettings settings, FlywayProperties flyway, DatabaseClient database,
			ReactiveTransactionManager transactions) {
		List<Shard> shards = new ArrayList<>();
		List<String> urls = settings.jdbcAddresses(Objects.requireNonNull(flyway.getUrl(), "spring.flyway.url"));
		for (ConnectionPool pool : pools.pools()) {
			int number = shards.size();
			Mono<Void> migrated = new ShardMigration(urls.get(number), flyway.getUser(), flyway.getPassword()).once();
			shards.add(new Shard(number, SeparateDatabase.of(pool), migrated, pool.unwrap()));
		}
		DefaultTransactionDefinition own = new DefaultTransactionDefinition(
				TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		return new Shards(shards, new Assignments(database, TransactionalOperator.create(transactions, own),
				shards.size(), settings), settings.assignmentAge());
	}

	private static ConnectionPool pool(int number, String url, ShardSettings settings, R2dbcProperties main,
			MeterRegistry meters) {
		ConnectionFactoryOptions.Builder options = ConnectionFactoryOptions.parse(url).mutate();
		main.getProperties().forEach((name, value) -> options.option(Option.valueOf(name), value));
		options.option(ConnectionFactoryOptions.STATEMENT_TIMEOUT, settings.statementTimeout());
		// A plan that was made for a small batch or an empty month would be kept for large ones.
		options.option(PostgresqlConnectionFactoryProvider.OPTIONS, Map.of("plan_cache_mode", "force_custom_plan"));
		options.option(ConnectionFactoryOptions.USER,
				Objects.requireNonNull(main.getUsername(), "spring.r2dbc.username"));
		options.option(ConnectionFactoryOptions.PASSWORD,
				Objects.requireNonNull(main.getPassword(), "spring.r2dbc.password"));
		ConnectionPool pool = new ConnectionPool(ConnectionPoolConfiguration
				.builder(ConnectionFactoryBuilder.withOptions(options).build())
				.initialSize(0)
				.maxSize(settings.poolSize())
				.maxAcquireTime(settings.acquireTimeout())
				.build());
		new ConnectionPoolMetrics(pool, "shard-" + number, Tags.empty()).bindTo(meters);
		return pool;
	}

	/// The connections, which are no beans of their own, as the service's own database has the only such one.
	record ShardPools(List<ConnectionPool> pools) implements DisposableBean {

		@Override
		public void destroy() {
			this.pools.forEach(ConnectionPool::dispose);
		}

	}

}
