package io.billwright.search.indexing;

import java.util.List;
import java.util.function.Function;

import io.billwright.contracts.CustomerSnapshot;
import io.billwright.contracts.InvoiceSnapshot;
import io.billwright.contracts.PriceSnapshot;
import io.billwright.contracts.ProductSnapshot;
import io.billwright.contracts.Topics;
import io.billwright.contracts.UserSnapshot;

/// A topic and what its snapshots become.
record Source<T>(String topic, Class<T> type, Function<T, Document> toDocument) {

	static final Source<InvoiceSnapshot> INVOICES = new Source<>(Topics.INVOICES, InvoiceSnapshot.class, Documents::of);

	static final Source<CustomerSnapshot> CUSTOMERS = new Source<>(Topics.CUSTOMERS, CustomerSnapshot.class,
			Documents::of);

	static final Source<ProductSnapshot> PRODUCTS = new Source<>(Topics.PRODUCTS, ProductSnapshot.class, Documents::of);

	static final Source<PriceSnapshot> PRICES = new Source<>(Topics.PRICES, PriceSnapshot.class, Documents::of);

	static final Source<UserSnapshot> USERS = new Source<>(Topics.USERS, UserSnapshot.class, Documents::of);

	static final List<Source<?>> ALL = List.of(INVOICES, CUSTOMERS, PRODUCTS, PRICES, USERS);

}
