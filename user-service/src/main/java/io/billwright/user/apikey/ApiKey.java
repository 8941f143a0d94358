package io.billwright.user.apikey;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// An API key, without its secret.
///
/// @param live whether it works in live mode or in test mode
/// @param shown the beginning of the secret
/// @param publication of a publishable key; `null` of a secret one
/// @param createdBy the public id of who made it
/// @param rotatedFrom the key that it replaces
record ApiKey(ApiKeyId id, long version, String name, boolean live, String shown, @Nullable Publication publication,
		List<String> scopes, String createdBy, Instant createdAt, @Nullable Instant expiresAt,
		@Nullable Instant lastUsedAt,
		@Nullable Instant revokedAt, @Nullable ApiKeyId rotatedFrom) {

	ApiKey {
		scopes = List.copyOf(scopes);
	}

	/// A new key. Fails with [Invalid].
	static ApiKey create(ApiKeyOrder order, ApiKeySecret secret, String createdBy, Instant now) {
		order.requireFit();
		return new ApiKey(ApiKeyId.next(), 1, order.name(), order.live(), secret.shown(),
				order.publishable() ? new Publication(secret.text(), order.origins()) : null,
				order.scopes().stream().distinct().sorted().toList(), createdBy, now, order.expiresAt(), null, null,
				null);
	}

	/// The key that takes over from this one, with the same rights. Fails with [ApiKeyFailure.NotActive].
	ApiKey successor(ApiKeySecret secret, String by, Instant now) {
		requireActive(now);
		return new ApiKey(ApiKeyId.next(), 1, this.name, this.live, secret.shown(),
				(this.publication != null) ? new Publication(secret.text(), this.publication.origins()) : null,
				this.scopes, by, now, this.expiresAt, null, null, this.id);
	}

	/// Still good for the overlap, then no longer. Fails with [ApiKeyFailure.NotActive].
	ApiKey retire(Duration overlap, Instant now) {
		requireActive(now);
		Instant end = now.plus(overlap);
		return withEnd(((this.expiresAt != null) && this.expiresAt.isBefore(end)) ? this.expiresAt : end,
				this.revokedAt);
	}

	/// No longer good, from now on. Once more changes nothing.
	ApiKey revoke(Instant now) {
		return (this.revokedAt != null) ? this : withEnd(this.expiresAt, now);
	}

	boolean active(Instant now) {
		return (this.revokedAt == null) && ((this.expiresAt == null) || this.expiresAt.isAfter(now));
	}

	/// `active`, `expired` or `revoked`.
	String status(Instant now) {
		return (this.revokedAt != null) ? "revoked" : active(now) ? "active" : "expired";
	}

	boolean publishable() {
		return this.publication != null;
	}

	private void requireActive(Instant now) {
		if (!active(now)) {
			throw new ApiKeyFailure.NotActive();
		}
	}

	private ApiKey withEnd(@Nullable Instant expiry, @Nullable Instant revocation) {
		return new ApiKey(this.id, this.version, this.name, this.live, this.shown, this.publication,
				this.scopes, this.createdBy, this.createdAt, expiry, this.lastUsedAt, revocation, this.rotatedFrom);
	}

	/// That a key may stand where everybody reads it.
	///
	/// @param text the key itself
	/// @param origins the web origins whose pages may use it, all of them where none is named
	record Publication(String text, List<String> origins) {

		Publication {
			origins = origins.stream().distinct().sorted().toList();
		}

	}

}
