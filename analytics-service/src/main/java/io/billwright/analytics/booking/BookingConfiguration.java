package io.billwright.analytics.booking;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.billwright.contracts.InvoiceSnapshot;
import io.billwright.contracts.OrganizationSnapshot;
import io.billwright.contracts.PaymentSnapshot;
import io.billwright.platform.messaging.Subscription;

/// Subscribes the facts to their topics.
@Configuration(proxyBeanMethods = false)
class BookingConfiguration {

	@Bean
	Subscription<OrganizationSnapshot> organizations(FactStore store) {
		return subscription(Fact.ORGANIZATION, store);
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
