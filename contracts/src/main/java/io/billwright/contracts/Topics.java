package io.billwright.contracts;

/// The topics and the snapshot each carries. A record's key is the aggregate's public id, so that the events of one
/// aggregate stay in order, except where a topic says otherwise.
public final class Topics {

	/// Carries [OrganizationSnapshot].
	public static final String ORGANIZATIONS = "organizations";

	/// Carries [UserSnapshot]; the key is [UserSnapshot#subject(String)].
	public static final String USERS = "users";

	/// Carries [CustomerSnapshot].
	public static final String CUSTOMERS = "customers";

	/// Carries [ProductSnapshot].
	public static final String PRODUCTS = "products";

	/// Carries [PriceSnapshot].
	public static final String PRICES = "prices";

	/// Carries [InvoiceSnapshot].
	public static final String INVOICES = "invoices";

	/// Carries [PaymentSnapshot].
	public static final String PAYMENTS = "payments";

	/// Carries [UsageLevelSnapshot].
	public static final String USAGE_LEVELS = "usage-levels";

	private Topics() {
	}

}
