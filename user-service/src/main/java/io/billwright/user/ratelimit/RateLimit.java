package io.billwright.user.ratelimit;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.quota.Quota;
import io.billwright.user.apikey.ApiKeyId;

/// How much a plan, an organization or an API key may ask. What it leaves out, the wider one says.
///
/// @param subject whom it is for
/// @param terms what they may
/// @param changedBy the id of the operator's key
record RateLimit(RateLimitId id, long version, Subject subject, Terms terms, String changedBy, Instant createdAt,
		Instant updatedAt) {

	static RateLimit create(Subject subject, Terms terms, String by, Instant now) {
		return new RateLimit(RateLimitId.next(), 1, subject, terms, by, now, now);
	}

	/// Other terms for the same subject.
	RateLimit change(Terms newTerms, String by, Instant now) {
		return new RateLimit(this.id, this.version, this.subject, newTerms, by, this.createdAt, now);
	}

	/// Whom it is for: a plan, or an organization, or one key of an organization.
	record Subject(@Nullable String plan, @Nullable OrganizationId organization, @Nullable ApiKeyId key) {

		static Subject plan(String plan) {
			return new Subject(plan, null, null);
		}

		static Subject organization(OrganizationId organization) {
			return new Subject(null, organization, null);
		}

		static Subject key(OrganizationId organization, ApiKeyId key) {
			return new Subject(null, organization, key);
		}

		/// `plan`, `organization` or `api_key`.
		String kind() {
			return (this.plan != null) ? "plan" : (this.key != null) ? "api_key" : "organization";
		}

	}

	/// What they may.
	///
	/// @param quota how many requests in which time
	/// @param inFlight how many requests at the same time
	/// @param weight of their share while a gateway is full
	/// @param dryRun whether the quota is only tried out
	record Terms(@Nullable Quota quota, @Nullable Integer inFlight, @Nullable Integer weight, boolean dryRun) {}

}
