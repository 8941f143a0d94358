package io.billwright.analytics;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.platform.tenancy.SystemScope;
import io.billwright.platform.tenancy.Tenant;

import static org.assertj.core.api.Assertions.assertThat;

/// What tests of usage on shards of their own have in common.
public final class TestShards {

	private static final Duration LIMIT = Duration.ofSeconds(90);

	private TestShards() {
	}

	/// Lets a context count into these databases, from where nobody has counted before.
	public static void register(DynamicPropertyRegistry properties, List<String> databases) {
		properties.add("billwright.usage.shards", () -> String.join(",", databases));
		String group = "usage-" + UUID.randomUUID();
		properties.add("billwright.usage.counting.group", () -> group);
	}

	/// Changes something in the service's own database, also what is nobody's.
	public static void run(DatabaseClient database, TransactionalOperator transaction, Tenant tenant, String sql) {
		database.sql(sql)
				.fetch()
				.rowsUpdated()
				.as(transaction::transactional)
				.contextWrite(tenant.bind())
				.contextWrite(SystemScope.bind())
				.block(LIMIT);
	}

	/// Waits for what is counted a moment later.
	public static void eventually(BooleanSupplier condition) {
		long end = System.nanoTime() + LIMIT.toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("in time").isLessThan(end);
			Mono.delay(Duration.ofMillis(50)).block(LIMIT);
		}
	}

}
