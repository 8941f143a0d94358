package io.billwright.user.account;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/// A person who logs in. Above organizations: what the person may do in one is a membership.
///
/// @param version grows with every change
/// @param email `null` once erased
/// @param name `null` once erased
/// @param passwordHash `null` once erased
/// @param emailVerifiedAt when the person proved to read the mails to this address, or `null`
public record User(UserId id, long version, @Nullable EmailAddress email, @Nullable String name,
		@Nullable String passwordHash, @Nullable Instant emailVerifiedAt, Instant createdAt, Instant updatedAt) {

	/// A user who has just signed up.
	public static User register(UserId id, EmailAddress email, String name, String passwordHash, Instant now) {
		return new User(id, 1, email, name, passwordHash, null, now, now);
	}

	/// Whether mails to the address are known to arrive.
	public boolean verified() {
		return this.emailVerifiedAt != null;
	}

	/// Whether the personal data is gone.
	public boolean erased() {
		return this.email == null;
	}

	/// The person calls themselves otherwise.
	public User rename(String newName, Instant now) {
		return new User(this.id, this.version, this.email, newName, this.passwordHash, this.emailVerifiedAt,
				this.createdAt, now);
	}

	/// The person followed the link in a mail to the address.
	public User verifyEmail(Instant now) {
		return verified()
				? this
				: new User(this.id, this.version, this.email, this.name, this.passwordHash, now, this.createdAt, now);
	}

	/// A new password.
	public User changePassword(String newHash, Instant now) {
		return new User(this.id, this.version, this.email, this.name, newHash, this.emailVerifiedAt, this.createdAt,
				now);
	}

	/// Forgets the person; the id stays for the audit trail.
	public User erase(Instant now) {
		return new User(this.id, this.version, null, null, null, null, this.createdAt, now);
	}

}
