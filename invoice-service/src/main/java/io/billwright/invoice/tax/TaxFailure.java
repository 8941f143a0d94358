package io.billwright.invoice.tax;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why a tax rate could not be used.
public abstract sealed class TaxFailure extends Failure {

	private TaxFailure(String code, String detail) {
		super(Kind.CONFLICT, code, detail);
	}

	/// The tax rate is archived and gets on no new invoice line.
	public static final class Archived extends TaxFailure {

		Archived(TaxRateId id) {
			super("tax_rate_archived", "The tax rate %s is archived; unarchive it first.".formatted(id));
		}

	}

}
