package io.billwright.invoice.catalog;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// Why a product or a price could not be used or kept.
public abstract sealed class CatalogFailure extends Failure {

	private CatalogFailure(String code, String detail) {
		super(Kind.CONFLICT, code, detail);
	}

	/// The product is archived and gets no new prices.
	public static final class ProductArchived extends CatalogFailure {

		ProductArchived(ProductId id) {
			super("product_archived", "The product %s is archived; unarchive it first.".formatted(id));
		}

	}

	/// The price is archived and gets on no new invoice line.
	public static final class PriceArchived extends CatalogFailure {

		PriceArchived(PriceId id) {
			super("price_archived", "The price %s is archived; unarchive it first.".formatted(id));
		}

	}

	/// Another product or price of the organization has this external id.
	public static final class ExternalIdTaken extends CatalogFailure {

		ExternalIdTaken(String what, String externalId) {
			super(what + "_external_id_taken", "Another %s has the external_id '%s'.".formatted(what, externalId));
		}

	}

}
