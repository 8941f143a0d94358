package io.billwright.platform.tenancy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.ValidationDepth;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.r2dbc.ConnectionFactoryBuilder;
import org.springframework.boot.r2dbc.ConnectionFactoryDecorator;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcProperties;
import org.springframework.boot.r2dbc.metrics.ConnectionPoolMetrics;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The replica, where one is named.
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("billwright.replica.url")
@ConditionalOnBean(ConnectionPool.class)
@EnableConfigurationProperties(ReplicaSettings.class)
class ReplicaConfiguration {

	@Bean
	Replica replica(ReplicaSettings settings, R2dbcProperties primary,
			ObjectProvider<ConnectionFactoryDecorator> decorators, ObjectProvider<MeterRegistry> registries) {
		MeterRegistry meters = registries.getIfAvailable(SimpleMeterRegistry::new);
		ConnectionFactory connections = ConnectionFactoryBuilder.withOptions(options(settings, primary))
				.decorators(decorators.orderedStream().toList())
				.build();
		ConnectionPool pool = new ConnectionPool(limits(connections, settings, primary.getPool()));
		new ConnectionPoolMetrics(pool, "replica", Tags.empty()).bindTo(meters);
		return new Replica(pool, settings.openFor(), meters);
	}

	private static ConnectionFactoryOptions.Builder options(ReplicaSettings settings, R2dbcProperties primary) {
		ConnectionFactoryOptions.Builder options = ConnectionFactoryOptions.parse(settings.url()).mutate();
		PropertyMapper map = PropertyMapper.get();
		map.from(primary::getUsername).to((user) -> options.option(ConnectionFactoryOptions.USER, user));
		map.from(primary::getPassword).to((password) -> options.option(ConnectionFactoryOptions.PASSWORD, password));
		primary.getProperties().forEach((name, value) -> options.option(Option.valueOf(name), value));
		return options;
	}

	/// No connection is made before the first read, so that a replica which is down does not keep a service from starting.
	private static ConnectionPoolConfiguration limits(ConnectionFactory connections, ReplicaSettings settings,
			R2dbcProperties.Pool primary) {
		ConnectionPoolConfiguration.Builder limits = ConnectionPoolConfiguration.builder(connections)
				.initialSize(0)
				.maxSize(primary.getMaxSize())
				.maxIdleTime(primary.getMaxIdleTime())
				.maxAcquireTime(settings.acquireTimeout())
				.acquireRetry(0)
				.validationDepth(ValidationDepth.REMOTE);
		PropertyMapper.get().from(primary::getMaxLifeTime).to(limits::maxLifeTime);
		return limits.build();
	}

}
