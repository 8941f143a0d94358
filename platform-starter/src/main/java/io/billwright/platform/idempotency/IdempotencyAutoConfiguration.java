package io.billwright.platform.idempotency;

import java.time.Clock;

import io.r2dbc.pool.ConnectionPool;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.web.reactive.result.method.RequestMappingInfoHandlerMapping;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.tenancy.TenancyAutoConfiguration;
import io.billwright.platform.web.WebSettings;

/// Idempotency keys for every service that has a database.
@AutoConfiguration(after = TenancyAutoConfiguration.class)
@ConditionalOnClass(ConnectionPool.class)
@ConditionalOnBean(DatabaseClient.class)
@EnableConfigurationProperties(IdempotencySettings.class)
public final class IdempotencyAutoConfiguration {

	@Bean
	IdempotencyRecords idempotencyRecords(DatabaseClient database, JsonMapper mapper) {
		return new IdempotencyRecords(database, mapper);
	}

	@Bean
	IdempotencyFilter idempotencyFilter(IdempotencyRecords records, TransactionalOperator transaction,
			WebSettings settings, ObjectProvider<RequestMappingInfoHandlerMapping> mappings) {
		return new IdempotencyFilter(records, transaction, settings, new OwnKeys(mappings));
	}

	@Bean
	IdempotencyCleanup idempotencyCleanup(IdempotencyRecords records, TransactionalOperator transaction,
			IdempotencySettings settings, Clock clock) {
		return new IdempotencyCleanup(records, transaction, settings, clock);
	}

}
