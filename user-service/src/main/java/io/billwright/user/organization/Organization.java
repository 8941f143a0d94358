package io.billwright.user.organization;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;

import io.billwright.platform.ids.OrganizationId;

/// An organization, that is a tenant.
///
/// @param version grows with every change
/// @param country ISO 3166-1 alpha-2
/// @param timeZone where its billing days begin and end
/// @param allowedOrigins the web origins whose pages may call the API with a browser's credentials
public record Organization(OrganizationId id, long version, String name, String country, ZoneId timeZone,
		Currency defaultCurrency, List<String> allowedOrigins, Instant createdAt, Instant updatedAt) {

	/// What a web origin looks like, as a regular expression: `https://...`, or `http://localhost...` while developing.
	public static final String ORIGIN = "https://[a-z0-9.-]{1,253}(:[0-9]{1,5})?|http://(localhost|127\\.0\\.0\\.1)(:[0-9]{1,5})?";

	/// What is said of a text that does not look like it.
	public static final String NO_ORIGIN = "must be an origin such as \"https://app.example.com\"";

	public Organization {
		allowedOrigins = allowedOrigins.stream().distinct().sorted().toList();
	}

	/// A new organization.
	public static Organization found(OrganizationId id, String name, String country, ZoneId timeZone,
			Currency defaultCurrency, Instant now) {
		return new Organization(id, 1, name, country, timeZone, defaultCurrency, List.of(), now, now);
	}

	/// Other particulars.
	Organization change(String newName, String newCountry, ZoneId newTimeZone, Currency newDefaultCurrency,
			List<String> newAllowedOrigins, Instant now) {
		return new Organization(this.id, this.version, newName, newCountry, newTimeZone, newDefaultCurrency,
				newAllowedOrigins, this.createdAt, now);
	}

}
