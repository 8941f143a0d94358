package io.billwright.invoice.publishing;

import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.contracts.AddressSnapshot;
import io.billwright.contracts.CustomerSnapshot;
import io.billwright.contracts.CustomerSnapshot.TaxIdSnapshot;
import io.billwright.contracts.Topics;
import io.billwright.invoice.customer.Address;
import io.billwright.invoice.customer.Customer;
import io.billwright.invoice.customer.CustomerDetails;
import io.billwright.invoice.customer.CustomerPublisher;
import io.billwright.invoice.customer.TaxId;
import io.billwright.platform.messaging.Outbox;
import io.billwright.platform.messaging.OutboxEvent;

/// Publishes customers to the topic `customers`, as `customer.created`, `customer.updated`, ...
@Component
class CustomerSnapshots implements CustomerPublisher {

	private final Outbox outbox;

	CustomerSnapshots(Outbox outbox) {
		this.outbox = outbox;
	}

	@Override
	public Mono<Void> publish(Event event, Customer customer) {
		String type = "customer." + event.name().toLowerCase(Locale.ROOT);
		return this.outbox.record(new OutboxEvent(Topics.CUSTOMERS, type, customer.id(), toSnapshot(customer)));
	}

	static CustomerSnapshot toSnapshot(Customer customer) {
		CustomerDetails details = customer.details();
		return new CustomerSnapshot(customer.id().text(), customer.version(), details.externalId(), details.name(),
				details.email(), toSnapshot(details.billingAddress()),
				details.taxIds().stream().map(CustomerSnapshots::toSnapshot).toList(),
				details.currency().getCurrencyCode(), details.timeZone().getId(),
				customer.status().name().toLowerCase(Locale.ROOT), customer.createdAt(), customer.updatedAt());
	}

	private static @Nullable AddressSnapshot toSnapshot(@Nullable Address address) {
		return (address == null)
				? null
				: new AddressSnapshot(address.line1(), address.line2(), address.city(),
						address.region(), address.postalCode(), address.country());
	}

	private static TaxIdSnapshot toSnapshot(TaxId taxId) {
		return new TaxIdSnapshot(taxId.type().name().toLowerCase(Locale.ROOT), taxId.value());
	}

}
