package io.billwright.invoice.customer;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Map;

import io.billwright.platform.ids.Ids;

/// Customers for tests.
public final class CustomerFixtures {

	/// When every customer here was created.
	public static final Instant CREATED = Instant.parse("2026-01-15T10:00:00Z");

	private CustomerFixtures() {
	}

	/// An active customer in Germany, at version 1.
	public static Customer customer(String name) {
		return Customer.create(new CustomerId(Ids.next()), details(name), CREATED);
	}

	static CustomerDetails details(String name) {
		return new CustomerDetails("crm-1", name, "billing@acme.example", null,
				new Address("Hauptstraße 1", null, "Berlin", null, "10115", "DE"), null,
				List.of(new TaxId(TaxIdType.EU_VAT, "DE123456789")), Currency.getInstance("EUR"),
				ZoneId.of("Europe/Berlin"), 14, Map.of("segment", "smb"));
	}

}
