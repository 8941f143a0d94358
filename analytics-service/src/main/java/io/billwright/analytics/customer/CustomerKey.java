package io.billwright.analytics.customer;

import io.billwright.platform.ids.Ids;

/// What clients call a customer: `cus_...`, or the organization's own id. An own id that looks like one of ours is written
/// `external:cus_...`.
///
/// @param value the text of the id, or the external id
record CustomerKey(boolean external, String value) {

	private static final String EXTERNAL = "external:";

	static CustomerKey parse(String text) {
		return text.startsWith(EXTERNAL)
				? external(text.substring(EXTERNAL.length()))
				: new CustomerKey(!isId(text), text);
	}

	static CustomerKey external(String externalId) {
		return new CustomerKey(true, externalId);
	}

	static CustomerKey id(CustomerId id) {
		return new CustomerKey(false, id.text());
	}

	/// Tells it from every other key.
	String text() {
		return this.external ? EXTERNAL + this.value : this.value;
	}

	private static boolean isId(String text) {
		try {
			Ids.parse(CustomerId.class, text);
			return true;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

}
