package io.billwright.invoice.catalog;

import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// Something an organization sells. Immutable; every change gives the next version.
///
/// @param version 1 at creation, one more with every change
/// @param archivedAt since when the product gets no new prices
public record Product(ProductId id, long version, Details details, @Nullable Instant archivedAt, Instant createdAt,
		Instant updatedAt) {

	/// Whether a product is in use.
	public enum Status {

		/// In use.
		ACTIVE,
		/// Gets no new prices.
		ARCHIVED

	}

	/// What the organization may edit.
	///
	/// @param externalId the organization's own id for the product, unique among its products
	/// @param description what invoices and portals may show
	/// @param unit what one of it is called, for example `seat`
	/// @param metadata whatever the organization wants to keep with the product
	public record Details(@Nullable String externalId, String name, @Nullable String description,
			@Nullable String unit, Map<String, String> metadata) {

		public Details {
			metadata = Map.copyOf(metadata);
		}

	}

	/// A new, active product.
	static Product create(ProductId id, Details details, Instant now) {
		return new Product(id, 1, details, null, now, now);
	}

	/// The product with other details; the same product when nothing differs.
	Product change(Details details, Instant now) {
		return details.equals(this.details) ? this : next(details, this.archivedAt, now);
	}

	/// The product without new prices from now on; the same product when already archived.
	Product archive(Instant now) {
		return archived() ? this : next(this.details, now, now);
	}

	/// The product back in use; the same product when not archived.
	Product unarchive(Instant now) {
		return archived() ? next(this.details, null, now) : this;
	}

	/// Whether the product is closed for new prices.
	public boolean archived() {
		return this.archivedAt != null;
	}

	/// In use or not.
	public Status status() {
		return archived() ? Status.ARCHIVED : Status.ACTIVE;
	}

	/// This product, when it may get new prices.
	///
	/// @throws CatalogFailure.ProductArchived when it may not
	Product requireActive() {
		if (archived()) {
			throw new CatalogFailure.ProductArchived(this.id);
		}
		return this;
	}

	private Product next(Details details, @Nullable Instant archivedAt, Instant now) {
		return new Product(this.id, this.version + 1, details, archivedAt, this.createdAt, now);
	}

}
