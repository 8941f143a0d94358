package io.billwright.platform.idempotency;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.PlatformTest;

import static org.assertj.core.api.Assertions.assertThat;

@PlatformTest(classes = IdempotencyRecordsTests.Application.class)
class IdempotencyRecordsTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private static final byte[] REQUEST = "request".getBytes(StandardCharsets.UTF_8);

	private final Tenant tenant = new Tenant(UUID.randomUUID(), true);

	private final IdempotencyKey key = IdempotencyKey.of("usr_1", UUID.randomUUID().toString());

	@Autowired
	private IdempotencyRecords records;

	@Autowired
	private DatabaseClient database;

	@Autowired
	private TransactionalOperator transaction;

	@Autowired
	private IdempotencySettings settings;

	@Test
	void recordWhenRetentionIsOverThenForgotten() {
		save(this.tenant);
		assertThat(cleanUpAfter(Duration.ofHours(47))).isZero();
		assertThat(find(this.tenant)).isNotNull();
		assertThat(cleanUpAfter(Duration.ofHours(49))).isPositive();
		assertThat(find(this.tenant)).isNull();
	}

	@Test
	void recordWhenReadFromTheTableThenTellsNothing() {
		save(this.tenant);
		save(new Tenant(this.tenant.organization(), false));
		List<byte[]> live = answers(this.tenant);
		List<byte[]> test = answers(new Tenant(this.tenant.organization(), false));
		assertThat(live).hasSize(1);
		assertThat(new String(live.getFirst(), StandardCharsets.ISO_8859_1)).doesNotContain("the answer");
		assertThat(live.getFirst()).as("encrypted with a nonce of its own").isNotEqualTo(test.getFirst());
	}

	private void save(Tenant tenant) {
		StoredAnswer answer = new StoredAnswer(201, Map.of(), "the answer".getBytes(StandardCharsets.UTF_8));
		run(tenant, this.records.save(this.key, REQUEST, answer));
	}

	private StoredAnswer find(Tenant tenant) {
		return run(tenant, this.records.find(this.key, REQUEST));
	}

	private List<byte[]> answers(Tenant tenant) {
		return run(tenant, this.database.sql("SELECT answer FROM idempotency_record")
				.mapValue(byte[].class)
				.all()
				.collectList());
	}

	private Long cleanUpAfter(Duration age) {
		Clock later = Clock.offset(Clock.systemUTC(), age);
		return new IdempotencyCleanup(this.records, this.transaction, this.settings, later).cleanUp().block(LIMIT);
	}

	private <T> T run(Tenant tenant, Mono<T> work) {
		return work.as(this.transaction::transactional).contextWrite(tenant.bind()).block(LIMIT);
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {
	}

}
