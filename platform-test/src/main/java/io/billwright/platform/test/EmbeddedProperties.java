package io.billwright.platform.test;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.util.function.SingletonSupplier;

import io.billwright.platform.test.servers.Databases;
import io.billwright.platform.test.servers.EmbeddedServers;

/// The addresses of the embedded servers as properties. A server starts when one of its properties is first read, so a
/// test that needs PostgreSQL alone does not pay for Kafka.
final class EmbeddedProperties extends EnumerablePropertySource<Map<String, Supplier<?>>> {

	private EmbeddedProperties(Map<String, Supplier<?>> values) {
		super("embedded servers", values);
	}

	static EmbeddedProperties forNewContext() {
		Supplier<String> database = SingletonSupplier.of(EmbeddedServers::freshDatabase);
		Map<String, Supplier<?>> values = new LinkedHashMap<>();
		values.put("management.server.port", () -> 0);
		values.put("spring.r2dbc.url", () -> EmbeddedServers.postgres().r2dbcUrl(database.get()));
		values.put("spring.r2dbc.username", () -> Databases.APP);
		values.put("spring.r2dbc.password", () -> EmbeddedServers.PASSWORD);
		values.put("spring.flyway.url", () -> EmbeddedServers.postgres().jdbcUrl(database.get()));
		values.put("spring.flyway.user", () -> Databases.OWNER);
		values.put("spring.flyway.password", () -> EmbeddedServers.PASSWORD);
		values.put("spring.data.redis.url", SingletonSupplier.of(EmbeddedServers::freshRedisUrl));
		values.put("spring.kafka.bootstrap-servers", () -> EmbeddedServers.kafka().bootstrapServers());
		values.put("billwright.passport.public-keys", () -> Passports.publicKeys().toString());
		values.put("logging.level.kafka", () -> "warn");
		values.put("logging.level.org.apache.kafka", () -> "warn");
		return new EmbeddedProperties(values);
	}

	@Override
	public String[] getPropertyNames() {
		return this.source.keySet().toArray(String[]::new);
	}

	@Override
	public boolean containsProperty(String name) {
		return this.source.containsKey(name);
	}

	@Override
	public @Nullable Object getProperty(String name) {
		Supplier<?> value = this.source.get(name);
		return (value != null) ? value.get() : null;
	}

}
