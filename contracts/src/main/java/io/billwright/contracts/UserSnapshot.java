package io.billwright.contracts;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/// A member of an organization. A user who was removed or erased arrives with status `removed` and without name and
/// e-mail address.
///
/// Somebody may be a member of several organizations, so the snapshot is one of the user in one organization.
///
/// @param id `usr_...`
/// @param role `owner`, `admin`, `billing`, `developer` or `read_only`
/// @param status `invited`, `active` or `removed`
public record UserSnapshot(String id, long version, @Nullable String name, @Nullable String email, String role,
		String status, Instant createdAt, Instant updatedAt) {

	/// The subject of the events and the key of the records, `org_.../usr_...`. The user's id alone would let the newest
	/// snapshot in one organization displace the one in another when the topic is compacted.
	///
	/// @param organization `org_...`
	public String subject(String organization) {
		return organization + '/' + this.id;
	}

}
