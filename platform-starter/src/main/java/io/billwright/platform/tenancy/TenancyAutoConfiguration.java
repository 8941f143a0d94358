package io.billwright.platform.tenancy;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.ConnectionFactory;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcTransactionManagerAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;

/// Row-level security from the first statement on.
@AutoConfiguration(after = R2dbcAutoConfiguration.class, before = R2dbcTransactionManagerAutoConfiguration.class)
@ConditionalOnClass(ConnectionPool.class)
@Import(ReplicaConfiguration.class)
public final class TenancyAutoConfiguration {

	@Bean
	@Primary
	@ConditionalOnBean(ConnectionPool.class)
	ConnectionFactory guardedConnectionFactory(ConnectionPool pool, ObjectProvider<Replica> replica) {
		return new GuardedConnectionFactory(pool, replica.getIfAvailable());
	}

	@Bean
	@ConditionalOnBean(ConnectionPool.class)
	ReactiveTransactionManager transactionManager(
			@Qualifier("guardedConnectionFactory") ConnectionFactory connectionFactory) {
		return new HandedOverTransactions(new TenantTransactionManager(connectionFactory));
	}

	@Bean
	@ConditionalOnBean(ConnectionPool.class)
	TransactionalOperator transactionalOperator(ReactiveTransactionManager transactionManager) {
		return TransactionalOperator.create(transactionManager);
	}

	@Bean
	@ConditionalOnBean(ConnectionPool.class)
	ReadOnlyTransaction readOnlyTransaction(ReactiveTransactionManager transactionManager) {
		DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
		definition.setReadOnly(true);
		return new ReadOnlyTransaction(TransactionalOperator.create(transactionManager, definition));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Flyway.class)
	static class Migrations {

		/// The platform's own tables come first and keep a history of their own, so that a service numbers its
		/// migrations without regard to them.
		@Bean
		FlywayMigrationStrategy platformMigrationsFirst() {
			return (flyway) -> {
				onSharedSchema(flyway).locations("classpath:db/platform").table("flyway_platform_history").load()
						.migrate();
				onSharedSchema(flyway).load().migrate();
			};
		}

		/// Neither history begins with an empty schema, as the other one or an extension may be there already.
		private static FluentConfiguration onSharedSchema(Flyway flyway) {
			return Flyway.configure()
					.configuration(flyway.getConfiguration())
					.baselineOnMigrate(true)
					.baselineVersion("0");
		}

	}

}
