package io.billwright.search.indexing;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.billwright.contracts.CustomerSnapshot;
import io.billwright.contracts.InvoiceSnapshot;
import io.billwright.contracts.PriceSnapshot;
import io.billwright.contracts.ProductSnapshot;
import io.billwright.contracts.UserSnapshot;
import io.billwright.platform.messaging.Subscription;
import io.billwright.search.indexing.DocumentStore.Reach;

/// Subscribes the index to every source.
@Configuration(proxyBeanMethods = false)
class IndexingConfiguration {

	@Bean
	Subscription<InvoiceSnapshot> invoices(DocumentStore store) {
		return subscription(Source.INVOICES, store);
	}

	@Bean
	Subscription<CustomerSnapshot> customers(DocumentStore store) {
		return subscription(Source.CUSTOMERS, store);
	}

	@Bean
	Subscription<ProductSnapshot> products(DocumentStore store) {
		return subscription(Source.PRODUCTS, store);
	}

	@Bean
	Subscription<PriceSnapshot> prices(DocumentStore store) {
		return subscription(Source.PRICES, store);
	}

	@Bean
	Subscription<UserSnapshot> users(DocumentStore store) {
		return subscription(Source.USERS, store);
	}

	private static <T> Subscription<T> subscription(Source<T> source, DocumentStore store) {
		return Subscription.of(source.topic(), source.type(),
				(event) -> store.write(source.toDocument().apply(event.data()), Reach.LIVE));
	}

}
