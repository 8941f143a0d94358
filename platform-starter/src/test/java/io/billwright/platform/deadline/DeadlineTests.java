package io.billwright.platform.deadline;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import io.r2dbc.pool.ConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Authenticated;
import io.billwright.platform.tenancy.ReadOnlyTransaction;
import io.billwright.platform.test.Passport;
import io.billwright.platform.test.Passports;
import io.billwright.platform.test.PlatformTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

@PlatformTest(classes = DeadlineTests.Application.class, properties = {"spring.application.name=deadline",
	"spring.flyway.locations=classpath:db/messaging"})
class DeadlineTests {

	/// Far below the time after which the database gives up a statement by itself.
	private static final Duration SOON = Duration.ofSeconds(5);

	private final Passport caller = Passports.user(Passports.freshId("org"));

	@LocalServerPort
	private int port;

	@Autowired
	private WebTestClient client;

	@Autowired
	private ConnectionPool pool;

	@Autowired
	private DatabaseClient database;

	@Autowired
	private TransactionalOperator transaction;

	@Autowired
	private ReadOnlyTransaction readOnly;

	@Test
	void statementWhenItsClientLeavesThenIsCancelledInTheDatabase() {
		CompletableFuture<Void> request = WebClient.builder()
				.baseUrl("http://127.0.0.1:" + this.port)
				.defaultHeaders(this.caller)
				.build()
				.get()
				.uri("/sleep/61")
				.retrieve()
				.toBodilessEntity()
				.then()
				.toFuture();
		await().atMost(SOON).until(() -> running(61) == 1);
		request.cancel(true);
		await().atMost(SOON).until(() -> running(61) == 0);
		assertThatConnectionsAreGood();
	}

	@Test
	void statementWhenItsTimeIsOverThenIsCancelledInTheDatabaseAndTheClientIsTold() {
		this.caller.on(this.client)
				.get()
				.uri("/sleep/62")
				.header("X-Request-Timeout", "300ms")
				.exchange()
				.expectStatus()
				.isEqualTo(504)
				.expectBody()
				.jsonPath("$.code")
				.isEqualTo("deadline_exceeded");
		await().atMost(SOON).until(() -> running(62) == 0);
		assertThatConnectionsAreGood();
	}

	@Test
	void requestWhenItIsAnsweredInTimeThenNobodyNoticesTheLimit() {
		this.caller.on(this.client).get().uri("/sleep/0").header("X-Request-Timeout", "20s").exchange().expectStatus()
				.isOk();
	}

	@ParameterizedTest
	@ValueSource(strings = {"2", "0s", "-1s", "1.5s", "2m", "soon", "9999999999s", "2s, 3s"})
	void timeWhenItIsNoneThenIsRefused(String time) {
		this.caller.on(this.client)
				.get()
				.uri("/sleep/0")
				.header("X-Request-Timeout", time)
				.exchange()
				.expectStatus()
				.isBadRequest()
				.expectBody()
				.jsonPath("$.errors[0].field")
				.isEqualTo("x-request-timeout");
	}

	@Test
	void timeWhenLongerThanAllowedThenCountsAsTheLongest() {
		assertThat(Deadline.of("999999999s", Duration.ofSeconds(60)).left()).isBetween(Duration.ofSeconds(59),
				Duration.ofSeconds(60));
	}

	/// A connection that is given back in the middle of a transaction would make the next one part of it, read-only here.
	@Test
	void transactionWhenLeftAtAnyMomentThenTheNextOnItsConnectionIsItsOwn() {
		Random random = new Random(42);
		List<String> readOnly = Flux.range(0, 5000)
				.flatMap((i) -> isReadOnly().as(this.readOnly::transactional)
						.takeUntilOther(Mono.delay(Duration.ofNanos(random.nextInt(3_000_000))))
						.then(isReadOnly().as(this.transaction::transactional)), 8)
				.distinct()
				.collectList()
				.block(SOON.multipliedBy(12));
		assertThat(readOnly).containsExactly("off");
		await().atMost(SOON).until(this.pool.getMetrics().orElseThrow()::acquiredSize, equalTo(0));
	}

	private Mono<String> isReadOnly() {
		return this.database.sql("SELECT current_setting('transaction_read_only')")
				.mapValue(String.class)
				.one();
	}

	/// What was cancelled for one must not hit the next.
	private void assertThatConnectionsAreGood() {
		for (int i = 0; i < 50; i++) {
			this.caller.on(this.client).get().uri("/sleep/0").exchange().expectStatus().isOk();
		}
	}

	private long running(int seconds) {
		return Mono.usingWhen(this.pool.create(), (connection) -> Flux
				.from(connection
						.createStatement("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = $1")
						.bind(0, "SELECT pg_sleep(%d)".formatted(seconds))
						.execute())
				.flatMap((result) -> result.map((row) -> row.get(0, Long.class)))
				.next(), (connection) -> connection.close()).blockOptional(SOON).orElseThrow();
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Sleeper.class)
	static class Application {
	}

	@RestController
	static class Sleeper {

		private final DatabaseClient database;

		private final TransactionalOperator transaction;

		Sleeper(DatabaseClient database, TransactionalOperator transaction) {
			this.database = database;
			this.transaction = transaction;
		}

		@GetMapping("/sleep/{seconds}")
		@Authenticated
		Mono<String> sleep(@PathVariable int seconds) {
			return this.database.sql("SELECT pg_sleep(%d)".formatted(seconds))
					.then()
					.thenReturn("awake")
					.as(this.transaction::transactional);
		}

	}

}
