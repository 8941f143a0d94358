package io.billwright.analytics.booking;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.customer.Customers;
import io.billwright.contracts.CustomerSnapshot;
import io.billwright.contracts.InvoiceSnapshot;
import io.billwright.contracts.OrganizationSnapshot;
import io.billwright.contracts.PaymentSnapshot;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.messaging.Subscription;

/// Subscribes the facts to their topics.
@Configuration(proxyBeanMethods = false)
class BookingConfiguration {

	@Bean
	Subscription<OrganizationSnapshot> organizations(FactStore store) {
		return subscription(Fact.ORGANIZATION, store);
	}

	@Bean
	Subscription<CustomerSnapshot> customers(FactStore store, Customers customers) {
		return Subscription.of(Fact.CUSTOMER.topic(), Fact.CUSTOMER.type(),
				(event) -> store.keep(Fact.CUSTOMER, event.data()).then(forget(event.data(), customers)));
	}

	private static Mono<Void> forget(CustomerSnapshot customer, Customers customers) {
		return customers.forget(Ids.parse(CustomerId.class, customer.id()), customer.externalId());
	}

	@Bean
	Subscription<InvoiceSnapshot> invoices(FactStore store) {
		return subscription(Fact.INVOICE, store);
	}

	@Bean
	Subscription<PaymentSnapshot> payments(FactStore store) {
		return subscription(Fact.PAYMENT, store);
	}

	private static <T> Subscription<T> subscription(Fact<T> fact, FactStore store) {
		return Subscription.of(fact.topic(), fact.type(), (event) -> store.keep(fact, event.data()));
	}

}
