package io.billwright.user.member;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What can be permitted. The same names are the scopes of API keys and tokens.
public enum Permission {

	CUSTOMERS_READ, CUSTOMERS_WRITE, CATALOG_READ, CATALOG_WRITE, INVOICES_READ, INVOICES_WRITE, PAYMENTS_READ, PAYMENTS_WRITE, LEDGER_READ, ANALYTICS_READ, USAGE_READ, USAGE_WRITE, METERS_READ, METERS_WRITE, ALLOWANCES_READ, ALLOWANCES_WRITE, SEARCH_READ, MEMBERS_READ, MEMBERS_WRITE, API_KEYS_READ, API_KEYS_WRITE, ORGANIZATION_READ, ORGANIZATION_WRITE, AUDIT_READ, WEBHOOKS_READ, WEBHOOKS_WRITE;

	private static final Set<String> SCOPES = Stream.of(values()).map(Permission::scope).collect(Collectors.toSet());

	private static final Set<String> PUBLISHABLE = EnumSet.of(CATALOG_READ)
			.stream()
			.map(Permission::scope)
			.collect(Collectors.toSet());

	/// The name on the wire, for example `api_keys:write`.
	public String scope() {
		int at = name().lastIndexOf('_');
		return (name().substring(0, at) + ':' + name().substring(at + 1)).toLowerCase(Locale.ROOT);
	}

	/// Whether there is a permission of this name.
	public static boolean exists(String scope) {
		return SCOPES.contains(scope);
	}

	/// Whether it may be permitted to anybody at all, with a key that stands in a page or an app. That is what a price list
	/// shows; whatever tells of one customer, or changes anything, is not for everybody.
	public static boolean isPublishable(String scope) {
		return PUBLISHABLE.contains(scope);
	}

}
