package io.billwright.user.member;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import static io.billwright.user.member.Permission.*;

/// A member's role, which decides everything the member may do.
public enum Role {

	/// Everything, including who else is an owner. An organization always has one.
	OWNER(EnumSet.allOf(Permission.class)),
	/// Everything but making and unmaking owners.
	ADMIN(EnumSet.allOf(Permission.class)),
	/// The daily business: customers, catalog, invoices, payments.
	BILLING(EnumSet.of(CUSTOMERS_READ, CUSTOMERS_WRITE, CATALOG_READ, CATALOG_WRITE, INVOICES_READ, INVOICES_WRITE,
			PAYMENTS_READ, PAYMENTS_WRITE, LEDGER_READ, ANALYTICS_READ, USAGE_READ, METERS_READ, METERS_WRITE,
			ALLOWANCES_READ, ALLOWANCES_WRITE, SEARCH_READ, MEMBERS_READ, ORGANIZATION_READ)),
	/// The integration: keys, webhooks, usage events, the meters that count them and the catalog they refer to.
	DEVELOPER(EnumSet.of(CUSTOMERS_READ, CATALOG_READ, CATALOG_WRITE, INVOICES_READ, PAYMENTS_READ, ANALYTICS_READ,
			USAGE_READ, USAGE_WRITE, METERS_READ, METERS_WRITE, ALLOWANCES_READ, SEARCH_READ, MEMBERS_READ,
			API_KEYS_READ, API_KEYS_WRITE, ORGANIZATION_READ, WEBHOOKS_READ, WEBHOOKS_WRITE)),
	/// Looking on.
	READ_ONLY(EnumSet.of(CUSTOMERS_READ, CATALOG_READ, INVOICES_READ, PAYMENTS_READ, LEDGER_READ, ANALYTICS_READ,
			USAGE_READ, METERS_READ, ALLOWANCES_READ, SEARCH_READ, MEMBERS_READ, ORGANIZATION_READ));

	/// Never changed nor handed out.
	@SuppressWarnings("ImmutableEnumChecker")
	private final Set<Permission> permissions;

	Role(Set<Permission> permissions) {
		this.permissions = permissions;
	}

	/// What it permits, in the order of the published table.
	public Set<Permission> permissions() {
		return EnumSet.copyOf(this.permissions);
	}

	/// Its permissions as a token carries them, separated by spaces.
	public String scope() {
		return this.permissions.stream().map(Permission::scope).collect(Collectors.joining(" "));
	}

	/// The name on the wire and in the database.
	public String code() {
		return name().toLowerCase(Locale.ROOT);
	}

	/// Reads [#code()].
	///
	/// @throws IllegalArgumentException where there is no such role
	public static Role of(String code) {
		for (Role role : values()) {
			if (role.code().equals(code)) {
				return role;
			}
		}
		throw new IllegalArgumentException("no role '" + code + "'");
	}

	/// Whether a caller may give or take this role. Nobody hands on more than they have, and only owners decide about
	/// owners. Fails with [MemberFailure.RoleNotGrantable].
	///
	/// @param scopes what the caller may do
	/// @param callerRole the caller's own role, `null` for API keys
	public void requireGrantable(Collection<String> scopes, @Nullable String callerRole) {
		boolean covered = this.permissions.stream().map(Permission::scope).allMatch(scopes::contains);
		if (!covered || ((this == OWNER) && !OWNER.code().equals(callerRole))) {
			throw new MemberFailure.RoleNotGrantable(this);
		}
	}

}
