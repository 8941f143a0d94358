package io.billwright.invoice.customer;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/// Whom an organization bills. Immutable; every change gives the next version.
///
/// @param version 1 at creation, one more with every change
/// @param details everything the organization may edit
/// @param archivedAt since when the customer gets no new invoices
public record Customer(CustomerId id, long version, CustomerDetails details, @Nullable Instant archivedAt,
		Instant createdAt, Instant updatedAt) {

	/// Whether a customer is in use.
	public enum Status {

		/// In use.
		ACTIVE,
		/// Gets no new invoices.
		ARCHIVED

	}

	/// A new, active customer.
	static Customer create(CustomerId id, CustomerDetails details, Instant now) {
		return new Customer(id, 1, details, null, now, now);
	}

	/// The customer with other details; the same customer when nothing differs.
	Customer change(CustomerDetails details, Instant now) {
		return details.equals(this.details) ? this : next(details, this.archivedAt, now);
	}

	/// The customer without new invoices from now on; the same customer when already archived.
	Customer archive(Instant now) {
		return archived() ? this : next(this.details, now, now);
	}

	/// The customer back in use; the same customer when not archived.
	Customer unarchive(Instant now) {
		return archived() ? next(this.details, null, now) : this;
	}

	/// Whether the customer is closed for new invoices.
	public boolean archived() {
		return this.archivedAt != null;
	}

	/// In use or not.
	public Status status() {
		return archived() ? Status.ARCHIVED : Status.ACTIVE;
	}

	/// This customer, when it may get new invoices.
	///
	/// @throws CustomerFailure.Archived when it may not
	public Customer requireActive() {
		if (archived()) {
			throw new CustomerFailure.Archived(this.id);
		}
		return this;
	}

	private Customer next(CustomerDetails details, @Nullable Instant archivedAt, Instant now) {
		return new Customer(this.id, this.version + 1, details, archivedAt, this.createdAt, now);
	}

}
