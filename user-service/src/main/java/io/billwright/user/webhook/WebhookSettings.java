package io.billwright.user.webhook;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Limits of webhooks.
///
/// @param endpoints how many an organization may have in each mode, default 20
/// @param overlap how long a rotated secret stays good where the request does not say, default 1 day
/// @param retries pauses after the first, the second, ... failed attempt of a delivery, each up to a fifth longer by chance;
/// after the last one the delivery has failed. By default 8 within 29 and a half hours
/// @param retryAfter how far a receiver may put off the next attempt with `Retry-After`, default 6 hours
/// @param disableAfter an endpoint is disabled where nothing has got through for so long since an attempt failed, default 5
/// days
/// @param concurrency attempts of this instance at the same time, default 64
/// @param perOrganization of these, for one organization, default 16
/// @param perEndpoint of these, for one endpoint, default 4
/// @param lease after which time another instance takes a delivery over from one that died, default 1 minute; at least
/// twice `sending.timeout`
/// @param poll how long a due delivery waits at the most to be noticed, default 1 second
/// @param measure how often it is measured what waits, default 10 seconds
/// @param keep how long deliveries and their attempts are shown, default 30 days; older events are not delivered at all
/// @param purge pause between two purges of what is older, default 10 minutes
/// @param purgeBatch how much is deleted in one transaction, default 1000
@ConfigurationProperties("billwright.users.webhooks")
record WebhookSettings(@DefaultValue("20") int endpoints, @DefaultValue("1d") Duration overlap,
		@DefaultValue({
			"5s", "1m", "5m", "30m", "2h", "5h", "10h", "12h"}) List<Duration> retries,
		@DefaultValue("6h") Duration retryAfter, @DefaultValue("5d") Duration disableAfter,
		@DefaultValue("64") int concurrency, @DefaultValue("16") int perOrganization,
		@DefaultValue("4") int perEndpoint, @DefaultValue("1m") Duration lease, @DefaultValue("1s") Duration poll,
		@DefaultValue("10s") Duration measure, @DefaultValue("30d") Duration keep,
		@DefaultValue("10m") Duration purge, @DefaultValue("1000") int purgeBatch) {

	private static final int JITTER_DIVISOR = 5;

	WebhookSettings {
		retries = List.copyOf(retries);
		if ((endpoints < 1) || (perEndpoint < 1) || (perOrganization < perEndpoint) || (concurrency < perOrganization)
				|| (purgeBatch < 1)) {
			throw new IllegalArgumentException(
					"billwright.users.webhooks: endpoints and purge-batch must be at least 1, "
							+ "and 1 <= per-endpoint <= per-organization <= concurrency");
		}
		if (!poll.isPositive() || !measure.isPositive() || !purge.isPositive() || overlap.isNegative()
				|| retries.stream().anyMatch((pause) -> !pause.isPositive())) {
			throw new IllegalArgumentException("billwright.users.webhooks: retries, poll, measure and purge must be "
					+ "positive and overlap not negative");
		}
		if (keep.compareTo(retries.stream().reduce(lease, Duration::plus).multipliedBy(2)) < 0) {
			throw new IllegalArgumentException(
					"billwright.users.webhooks.keep must be at least twice as long as all retries take");
		}
	}

	/// When to try again after so many failures, at least 1; `null` for never.
	///
	/// @param asked what the receiver asks for
	@Nullable
	Duration pause(int failures, @Nullable Duration asked) {
		if (failures > this.retries.size()) {
			return null;
		}
		Duration pause = this.retries.get(failures - 1);
		Duration jittered = pause.plusMillis(
				ThreadLocalRandom.current().nextLong(pause.toMillis() / JITTER_DIVISOR + 1));
		if ((asked == null) || (asked.compareTo(jittered) <= 0)) {
			return jittered;
		}
		return (asked.compareTo(this.retryAfter) < 0) ? asked : longer(jittered, this.retryAfter);
	}

	private static Duration longer(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? other : one;
	}

}
