package io.billwright.invoice.customer;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why a customer could not be used or kept.
public abstract sealed class CustomerFailure extends Failure {

	private CustomerFailure(String code, String detail) {
		super(Kind.CONFLICT, code, detail);
	}

	/// The customer is archived and gets no new invoices.
	public static final class Archived extends CustomerFailure {

		Archived(CustomerId id) {
			super("customer_archived", "The customer %s is archived; unarchive it first.".formatted(id));
		}

	}

	/// Another customer of the organization has this external id.
	public static final class ExternalIdTaken extends CustomerFailure {

		ExternalIdTaken(String externalId) {
			super("customer_external_id_taken", "Another customer has the external_id '%s'.".formatted(externalId));
		}

	}

}
