package io.billwright.invoice.issuing;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.billwright.invoice.customer.Address;
import io.billwright.invoice.customer.Customer;
import io.billwright.invoice.customer.CustomerId;
import io.billwright.invoice.customer.TaxId;

/// The customer as an invoice names it. A draft follows the customer; finalizing freezes the copy.
public record BilledCustomer(CustomerId id, String name, @Nullable String email, @Nullable Address address,
		List<TaxId> taxIds) {

	public BilledCustomer {
		taxIds = List.copyOf(taxIds);
	}

	static BilledCustomer of(Customer customer) {
		return new BilledCustomer(customer.id(), customer.details().name(), customer.details().email(),
				customer.details().billingAddress(), customer.details().taxIds());
	}

}
