package io.billwright.analytics.shard;

import java.time.Duration;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/// Where usage is kept. User and password are those of `spring.r2dbc`, and of `spring.flyway` for migrations.
///
/// @param shards their databases, in an order that never changes; more may be appended. Each is the name of a database on the
/// server of `spring.r2dbc.url`, or an address as `r2dbc:postgresql://host:5432/analytics_0`. Empty, the default: the service's
/// own database is the only one
/// @param poolSize connections of one instance to one shard, default 8
/// @param acquireTimeout how long a connection may take, default 5 s
/// @param statementTimeout how long a statement on a shard may run, default 60 s
/// @param assignments organizations whose shards an instance remembers at the most, default 100,000
/// @param assignmentAge how long it remembers them, default 60 s
@ConfigurationProperties("billwright.usage")
record ShardSettings(@DefaultValue List<String> shards, @DefaultValue("8") int poolSize,
		@DefaultValue("5s") Duration acquireTimeout, @DefaultValue("60s") Duration statementTimeout,
		@DefaultValue("100000") long assignments, @DefaultValue("60s") Duration assignmentAge) {

	ShardSettings {
		Assert.isTrue(poolSize >= 4, "billwright.usage.pool-size must be at least 4");
		Assert.isTrue(acquireTimeout.isPositive(), "billwright.usage.acquire-timeout must be positive");
		Assert.isTrue(statementTimeout.isPositive(), "billwright.usage.statement-timeout must be positive");
		shards = List.copyOf(shards);
	}

	/// The addresses of all shards.
	///
	/// @param main the address of the service's own database
	List<String> addresses(String main) {
		return this.shards.isEmpty()
				? List.of(main)
				: this.shards.stream().map((shard) -> address(shard, main)).toList();
	}

	/// The same for JDBC.
	///
	/// @param main the JDBC address of the service's own database
	List<String> jdbcAddresses(String main) {
		return addresses(main).stream().map((address) -> address.replaceFirst("^r2dbc:", "jdbc:")).toList();
	}

	private static String address(String shard, String main) {
		return shard.contains(":") ? shard : main.replaceFirst("^([^?]*/)[^/?]*", "$1" + shard);
	}

}
