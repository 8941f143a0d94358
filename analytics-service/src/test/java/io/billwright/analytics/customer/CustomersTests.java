package io.billwright.analytics.customer;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

import io.billwright.contracts.CustomerSnapshot;
import io.billwright.contracts.Topics;
import io.billwright.platform.messaging.Outbox;
import io.billwright.platform.messaging.OutboxEvent;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.PlatformTest;

import static org.assertj.core.api.Assertions.assertThat;

@PlatformTest
class CustomersTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");

	private final Tenant tenant = new Tenant(UUID.randomUUID(), true);

	private final CustomerId id = new CustomerId(UUID.randomUUID());

	@Autowired
	private Customers customers;

	@Autowired
	private Outbox outbox;

	@Autowired
	private TransactionalOperator transaction;

	@Test
	void customerWhenPublishedThenIsFoundByEitherIdAlthoughItWasMissedBefore() {
		assertThat(find(this.tenant, this.id.text())).isEmpty();
		assertThat(find(this.tenant, "acme")).isEmpty();
		publish(snapshot(1, "acme", "Europe/Berlin", "active"));
		eventually(() -> find(this.tenant, "acme").isPresent() && find(this.tenant, this.id.text()).isPresent());
		assertThat(find(this.tenant, "acme"))
				.contains(new Customer(this.id, "acme", "Acme", ZoneId.of("Europe/Berlin"), false));
		assertThat(find(this.tenant, "external:acme")).isEqualTo(find(this.tenant, this.id.text()));
		assertThat(find(this.tenant, "external:" + this.id.text())).isEmpty();
	}

	@Test
	void customerWhenChangedThenTheNewestIsFoundWhateverTheOrder() {
		publish(snapshot(3, "new", "Asia/Kolkata", "archived"));
		eventually(() -> find(this.tenant, "new").isPresent());
		publish(snapshot(2, "old", "UTC", "active"));
		publish(snapshot(4, "newer", "Asia/Kolkata", "archived"));
		eventually(() -> find(this.tenant, "newer").isPresent());
		assertThat(find(this.tenant, "old")).isEmpty();
		assertThat(find(this.tenant, this.id.text()))
				.contains(new Customer(this.id, "newer", "Acme", ZoneId.of("Asia/Kolkata"), true));
	}

	@Test
	void customersWhenAskedForTogetherThenThoseOfTheTenantByTheNamesAskedFor() {
		publish(snapshot(1, "acme", "UTC", "active"));
		eventually(() -> find(this.tenant, "acme").isPresent());
		Customer acme = find(this.tenant, "acme").orElseThrow();
		Set<String> names = Set.of("acme", this.id.text(), "external:acme", "nobody", "external:" + this.id.text());
		assertThat(findAll(this.tenant, names))
				.isEqualTo(Map.of("acme", acme, this.id.text(), acme, "external:acme", acme));
		assertThat(findAll(new Tenant(UUID.randomUUID(), true), names)).isEmpty();
		assertThat(findAll(new Tenant(this.tenant.organization(), false), names)).isEmpty();
	}

	private Map<String, Customer> findAll(Tenant as, Set<String> names) {
		return this.customers.findAll(names).contextWrite(as.bind()).blockOptional(LIMIT).orElseThrow();
	}

	@Test
	void customerWhenOfAnotherTenantOrModeThenDoesNotExist() {
		publish(snapshot(1, "acme", "UTC", "active"));
		eventually(() -> find(this.tenant, "acme").isPresent());
		for (Tenant other : List.of(new Tenant(UUID.randomUUID(), true),
				new Tenant(this.tenant.organization(), false))) {
			assertThat(find(other, "acme")).isEmpty();
			assertThat(find(other, this.id.text())).isEmpty();
		}
	}

	private CustomerSnapshot snapshot(long version, @Nullable String externalId, String timeZone, String status) {
		return new CustomerSnapshot(this.id.text(), version, externalId, "Acme", null, null, List.of(), "EUR",
				timeZone, status, THEN, THEN.plusSeconds(version));
	}

	private void publish(CustomerSnapshot snapshot) {
		this.outbox.record(new OutboxEvent(Topics.CUSTOMERS, "customer.updated", snapshot.id(), snapshot))
				.as(this.transaction::transactional)
				.contextWrite(this.tenant.bind())
				.block(LIMIT);
	}

	private Optional<Customer> find(Tenant as, String key) {
		return this.customers.find(key).contextWrite(as.bind()).blockOptional(LIMIT);
	}

	private static void eventually(BooleanSupplier condition) {
		long end = System.nanoTime() + LIMIT.toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("in time").isLessThan(end);
			Mono.delay(Duration.ofMillis(50)).block(LIMIT);
		}
	}

}
