package io.billwright.search;

import java.time.Duration;

import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import io.billwright.contracts.CustomerSnapshot;
import io.billwright.contracts.InvoiceSnapshot;
import io.billwright.contracts.PriceSnapshot;
import io.billwright.contracts.ProductSnapshot;
import io.billwright.contracts.Topics;
import io.billwright.contracts.UserSnapshot;
import io.billwright.platform.messaging.Outbox;
import io.billwright.platform.messaging.OutboxEvent;
import io.billwright.platform.tenancy.Tenant;

/// Publishes snapshots as another service would, through the outbox and Kafka.
class Events {

	private final Outbox outbox;

	private final TransactionalOperator transaction;

	Events(Outbox outbox, TransactionalOperator transaction) {
		this.outbox = outbox;
		this.transaction = transaction;
	}

	void publish(Tenant tenant, Object... snapshots) {
		Flux.fromArray(snapshots)
				.concatMap((snapshot) -> this.outbox.record(event(tenant, snapshot)))
				.as(this.transaction::transactional)
				.contextWrite(tenant.bind())
				.as(StepVerifier::create)
				.expectComplete()
				.verify(Duration.ofSeconds(10));
	}

	private static OutboxEvent event(Tenant tenant, Object snapshot) {
		return switch (snapshot) {
			case InvoiceSnapshot invoice -> new OutboxEvent(Topics.INVOICES, "invoice.changed", invoice.id(), invoice);
			case CustomerSnapshot customer ->
				new OutboxEvent(Topics.CUSTOMERS, "customer.changed", customer.id(), customer);
			case ProductSnapshot product -> new OutboxEvent(Topics.PRODUCTS, "product.changed", product.id(), product);
			case PriceSnapshot price -> new OutboxEvent(Topics.PRICES, "price.changed", price.id(), price);
			case UserSnapshot user -> new OutboxEvent(Topics.USERS, "user.changed",
					user.subject(tenant.organizationId().text()), user);
			default -> throw new IllegalArgumentException(snapshot.toString());
		};
	}

}
