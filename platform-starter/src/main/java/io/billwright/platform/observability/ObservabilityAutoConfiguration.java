package io.billwright.platform.observability;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationPredicate;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ValidationDepth;
import org.apache.kafka.clients.admin.Admin;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.reactor.autoconfigure.ReactorProperties.ContextPropagationMode;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.billwright.platform.tenancy.Replica;
import io.billwright.platform.tenancy.TenancyAutoConfiguration;
import io.billwright.platform.tenancy.Tenant;

/// Request ids, timings, fields for the logs and the health of what the service depends on.
@AutoConfiguration(after = {R2dbcAutoConfiguration.class, DataRedisAutoConfiguration.class,
	TenancyAutoConfiguration.class})
@EnableConfigurationProperties(HealthSettings.class)
public final class ObservabilityAutoConfiguration {

	private static final LoggedContext<RequestId> REQUEST = new LoggedContext<>(RequestId.class, "request_id",
			RequestId::value);

	private static final LoggedContext<Tenant> ORGANIZATION = new LoggedContext<>(Tenant.class, "organization_id",
			(tenant) -> tenant.organizationId().text());

	/// Where the context is handed on explicitly only, some operators of Reactor would still do so for each signal.
	ObservabilityAutoConfiguration(
			@Value("${spring.reactor.context-propagation}") ContextPropagationMode mode) {
		if (mode == ContextPropagationMode.AUTO) {
			register(ContextRegistry.getInstance());
		}
	}

	/// For whoever writes lines where the context is handed on explicitly only.
	@Bean
	ContextSnapshotFactory loggedContexts() {
		ContextRegistry all = new ContextRegistry().loadContextAccessors().loadThreadLocalAccessors();
		return ContextSnapshotFactory.builder().contextRegistry(register(all)).build();
	}

	private static ContextRegistry register(ContextRegistry registry) {
		return registry.registerThreadLocalAccessor(REQUEST).registerThreadLocalAccessor(ORGANIZATION);
	}

	@Bean
	HttpHandlerDecoratorFactory namedRequests() {
		return NamedRequests::new;
	}

	/// Probes and scrapes are no traffic.
	@Bean
	ObservationPredicate withoutManagement() {
		return (name, context) -> !isManagement(context);
	}

	private static boolean isManagement(Observation.Context context) {
		ServerHttpRequest request = (context instanceof ServerRequestObservationContext server)
				? server.getCarrier()
				: null;
		return (request != null) && request.getPath().value().startsWith("/actuator");
	}

	/// The first connection is made where it may block.
	@Bean
	@ConditionalOnBean(ReactiveRedisConnectionFactory.class)
	DependencyHealth redisHealthIndicator(ReactiveRedisConnectionFactory redis, HealthSettings settings) {
		Mono<String> probe = Mono.usingWhen(
				Mono.fromSupplier(redis::getReactiveConnection).subscribeOn(Schedulers.boundedElastic()),
				ReactiveRedisConnection::ping, ReactiveRedisConnection::closeLater);
		return new DependencyHealth("redis", settings, probe);
	}

	/// Only where there is a database: the gateway has none, and not the classes either.
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConnectionPool.class)
	static class Database {

		/// On a connection of its own: a pool that is busy is not a database that is down.
		@Bean
		@ConditionalOnBean(ConnectionPool.class)
		DependencyHealth databaseHealthIndicator(ConnectionPool pool, HealthSettings settings) {
			return new DependencyHealth("database", settings, probe(pool));
		}

		@Bean
		@ConditionalOnBean(Replica.class)
		DependencyHealth replicaHealthIndicator(Replica replica, HealthSettings settings) {
			return new DependencyHealth("replica", settings, probe(replica.pool()));
		}

		private static Mono<Boolean> probe(ConnectionPool pool) {
			Mono<Boolean> answer = Mono.usingWhen(Mono.from(pool.unwrap().create()),
					(connection) -> Mono.from(connection.validate(ValidationDepth.REMOTE)), Connection::close);
			return answer.filter(Boolean::booleanValue).switchIfEmpty(silent());
		}

		private static <T> Mono<T> silent() {
			return Mono.error(() -> new IllegalStateException("The connection does not answer"));
		}

	}

	/// Only where the service speaks to Kafka.
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Admin.class)
	@ConditionalOnProperty("spring.kafka.bootstrap-servers")
	static class Kafka {

		@Bean
		KafkaProbe kafkaProbe(@Value("${spring.kafka.bootstrap-servers}") String servers, HealthSettings settings) {
			return new KafkaProbe(servers, settings.timeout());
		}

		@Bean
		DependencyHealth kafkaHealthIndicator(KafkaProbe probe, HealthSettings settings) {
			return new DependencyHealth("kafka", settings, probe.look());
		}

	}

}
