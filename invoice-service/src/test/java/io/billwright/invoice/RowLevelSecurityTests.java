package io.billwright.invoice;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.PlatformTest;

import static org.assertj.core.api.Assertions.assertThat;

/// What the database itself refuses, whatever the code above it forgets.
@PlatformTest
class RowLevelSecurityTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private static final List<String> TABLES = List.of("customer", "product", "price", "tax_rate");

	private final UUID organization = UUID.randomUUID();

	private final Tenant owner = new Tenant(this.organization, true);

	private final DatabaseClient database;

	private final TransactionalOperator transaction;

	RowLevelSecurityTests(@Autowired DatabaseClient database, @Autowired TransactionalOperator transaction) {
		this.database = database;
		this.transaction = transaction;
	}

	@BeforeEach
	void fillEveryTable() {
		run(this.owner, """
				INSERT INTO customer (id, version, name, tax_ids, currency, time_zone, payment_terms_days, metadata,
					created_at, updated_at)
				VALUES (gen_random_uuid(), 1, 'Acme', '[]', 'EUR', 'UTC', 30, '{}', now(), now())""");
		run(this.owner, """
				WITH added AS (
					INSERT INTO product (id, version, name, metadata, created_at, updated_at)
					VALUES (gen_random_uuid(), 1, 'Seats', '{}', now(), now()) RETURNING id)
				INSERT INTO price (id, version, product_id, pricing, currency, metadata, created_at, updated_at)
				SELECT gen_random_uuid(), 1, id, '{}', 'EUR', '{}', now(), now() FROM added""");
		run(this.owner, """
				INSERT INTO tax_rate (id, version, name, percentage, category, country, inclusive, metadata, created_at,
					updated_at)
				VALUES (gen_random_uuid(), 1, 'VAT', 19, 'S', 'DE', false, '{}', now(), now())""");
	}

	@Test
	void everyTableOfTheServiceThenHasAPolicyThatTheApplicationCannotBypass() {
		assertThat(strings("""
				SELECT relname FROM pg_class
				WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT relrowsecurity
					AND relname NOT LIKE 'flyway%'""")).isEmpty();
		assertThat(
				strings("""
						SELECT 'x' FROM pg_roles
						WHERE rolname = current_user AND (rolsuper OR rolbypassrls OR pg_has_role('billwright_owner', 'MEMBER'))"""))
				.isEmpty();
	}

	@ParameterizedTest
	@MethodSource("tables")
	void rowsWhenTheTenantIsTheirOwnThenAreThere(String table) {
		assertThat(count(this.owner, table)).isEqualTo(1);
		assertThat(run(this.owner, "UPDATE " + table + " SET updated_at = now()")).isEqualTo(1);
	}

	@ParameterizedTest
	@MethodSource("tables")
	void rowsWhenTheTenantIsAnotherThenCannotBeSeenCountedChangedOrDeleted(String table) {
		for (Tenant other : others()) {
			assertThat(count(other, table)).isZero();
			assertThat(run(other, "UPDATE " + table + " SET version = 9")).isZero();
			assertThat(run(other, "DELETE FROM " + table)).isZero();
		}
		assertThat(count(this.owner, table)).isEqualTo(1);
	}

	@ParameterizedTest
	@MethodSource("tables")
	void rowsWhenThereIsNoTenantThenCannotBeSeen(String table) {
		count(table).as(this.transaction::transactional)
				.as(StepVerifier::create)
				.expectNext(0L)
				.expectComplete()
				.verify(LIMIT);
	}

	@ParameterizedTest
	@MethodSource("tables")
	void rowsWhenMovedToAnotherTenantThenRefused(String table) {
		for (String column : List.of("organization_id = gen_random_uuid()", "live = false")) {
			change(this.owner, "UPDATE " + table + " SET " + column).as(StepVerifier::create)
					.expectError(DataAccessException.class)
					.verify(LIMIT);
		}
	}

	@Test
	void searchWhenTheTenantIsAnotherThenFindsNothing() {
		assertThat(matches(this.owner)).isEqualTo(1);
		others().forEach((other) -> assertThat(matches(other)).isZero());
	}

	private static Stream<String> tables() {
		return TABLES.stream();
	}

	private List<Tenant> others() {
		return List.of(new Tenant(UUID.randomUUID(), true), new Tenant(this.organization, false));
	}

	private long matches(Tenant tenant) {
		return value(tenant, (database) -> database.sql("SELECT count(*) FROM customers_matching('acme', 10)")
				.mapValue(Long.class)
				.one());
	}

	private long count(Tenant tenant, String table) {
		return value(tenant, (database) -> count(table));
	}

	private Mono<Long> count(String table) {
		return this.database.sql("SELECT count(*) FROM " + table).mapValue(Long.class).one();
	}

	private List<String> strings(String sql) {
		return value(this.owner, (database) -> database.sql(sql).mapValue(String.class).all().collectList());
	}

	private long run(Tenant tenant, String sql) {
		List<Long> rows = new ArrayList<>();
		change(tenant, sql).doOnNext(rows::add).as(StepVerifier::create).expectNextCount(1).expectComplete()
				.verify(LIMIT);
		return rows.getFirst();
	}

	private Mono<Long> change(Tenant tenant, String sql) {
		return this.database.sql(sql)
				.fetch()
				.rowsUpdated()
				.as(this.transaction::transactional)
				.contextWrite(tenant.bind());
	}

	private <T> T value(Tenant tenant, Function<DatabaseClient, Mono<T>> query) {
		List<T> values = new ArrayList<>();
		query.apply(this.database)
				.as(this.transaction::transactional)
				.contextWrite(tenant.bind())
				.doOnNext(values::add)
				.as(StepVerifier::create)
				.expectNextCount(1)
				.expectComplete()
				.verify(LIMIT);
		return values.getFirst();
	}

}
