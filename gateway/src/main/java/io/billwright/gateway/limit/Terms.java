package io.billwright.gateway.limit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.billwright.gateway.accounts.LimitsView;
import io.billwright.gateway.accounts.LimitsView.PolicyView;
import io.billwright.gateway.limit.LimitSettings.Allowance;
import io.billwright.platform.quota.Quota;

/// What one organization and its API keys may ask. What the narrower policy leaves out the wider one says: the
/// organization's own, then its plan's, then the configuration's for the plan. A policy that is tried out stands beside
/// those that are enforced and changes nothing of them.
final class Terms {

	private static final Allowance NOTHING = new Allowance(null, null, null, false);

	private final Allowance organization;

	private final @Nullable Quota triedOut;

	private final Map<String, Allowance> keys;

	private final Map<String, Quota> keysTriedOut;

	private final long until;

	private volatile boolean dropped;

	private Terms(Allowance organization, @Nullable Quota triedOut, Map<String, Allowance> keys,
			Map<String, Quota> keysTriedOut, long until) {
		this.organization = organization;
		this.triedOut = triedOut;
		this.keys = keys;
		this.keysTriedOut = keysTriedOut;
		this.until = until;
	}

	/// What the configuration says of organizations of which nothing else is known.
	///
	/// @param until in milliseconds; then it is time to ask again
	static Terms defaults(LimitSettings settings, long until) {
		return of(new LimitsView(null, List.of()), settings, until);
	}

	/// @param until in milliseconds; then it is time to ask again
	/// @throws IllegalArgumentException where a policy cannot be read
	static Terms of(LimitsView told, LimitSettings settings, long until) {
		Allowance configured = (told.plan() != null)
				? settings.plans().getOrDefault(told.plan(), settings.organization())
				: settings.organization();
		Allowance enforced = configured.dryRun()
				? new Allowance(null, configured.inFlight(), configured.weight(), false)
				: configured;
		@Nullable
		Quota triedOut = configured.dryRun() ? configured.rateLimit() : null;
		Map<String, Allowance> keys = new HashMap<>();
		Map<String, Quota> keysTriedOut = new HashMap<>();
		List<PolicyView> policies = (told.policies() != null) ? told.policies() : List.of();
		for (String subject : List.of("plan", "organization")) {
			for (PolicyView policy : policies) {
				if (policy.appliesTo().equals(subject) && !policy.dryRun()) {
					enforced = narrowed(enforced, policy);
				}
				else if (policy.appliesTo().equals(subject) && policy.rateLimit() != null) {
					triedOut = Quota.of(policy.rateLimit());
				}
			}
		}
		for (PolicyView policy : policies) {
			if (policy.apiKeyId() != null && !policy.dryRun()) {
				keys.put(policy.apiKeyId(), narrowed(NOTHING, policy));
			}
			else if (policy.apiKeyId() != null && policy.rateLimit() != null) {
				keysTriedOut.put(policy.apiKeyId(), Quota.of(policy.rateLimit()));
			}
		}
		return new Terms(enforced, triedOut, keys, keysTriedOut, until);
	}

	Allowance organization() {
		return this.organization;
	}

	@Nullable
	Quota triedOut() {
		return this.triedOut;
	}

	Allowance of(String key) {
		return this.keys.getOrDefault(key, NOTHING);
	}

	@Nullable
	Quota triedOut(String key) {
		return this.keysTriedOut.get(key);
	}

	int weight() {
		return (this.organization.weight() != null) ? this.organization.weight() : 1;
	}

	/// They may no longer be what they were.
	void drop() {
		this.dropped = true;
	}

	boolean isCurrent(long now) {
		return !this.dropped && now < this.until;
	}

	private static Allowance narrowed(Allowance wider, PolicyView policy) {
		return new Allowance((policy.rateLimit() != null) ? Quota.of(policy.rateLimit()) : wider.rateLimit(),
				(policy.inFlight() != null) ? policy.inFlight() : wider.inFlight(),
				(policy.weight() != null) ? policy.weight() : wider.weight(), false);
	}

}
