package io.billwright.user.webhook;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.billwright.user.webhook.WebhookQueue.Claimed;

/// The attempts that this instance is making, by organization and by endpoint.
final class UnderWay {

	private final WebhookSettings limits;

	private final AtomicInteger all = new AtomicInteger();

	private final Map<UUID, Integer> organizations = new ConcurrentHashMap<>();

	private final Map<UUID, Integer> endpoints = new ConcurrentHashMap<>();

	UnderWay(WebhookSettings limits) {
		this.limits = limits;
	}

	void add(Claimed claimed) {
		this.all.incrementAndGet();
		this.organizations.merge(claimed.organizationId(), 1, Integer::sum);
		this.endpoints.merge(claimed.endpointId(), 1, Integer::sum);
	}

	void remove(Claimed claimed) {
		this.organizations.computeIfPresent(claimed.organizationId(), UnderWay::less);
		this.endpoints.computeIfPresent(claimed.endpointId(), UnderWay::less);
		this.all.decrementAndGet();
	}

	/// How many more there may be.
	int free() {
		return Math.max(0, this.limits.concurrency() - this.all.get());
	}

	/// Endpoints that have as many as they may have.
	List<UUID> busyEndpoints() {
		return reaching(this.endpoints, this.limits.perEndpoint());
	}

	/// Organizations that have as many as they may have.
	List<UUID> fullOrganizations() {
		return reaching(this.organizations, this.limits.perOrganization());
	}

	private static List<UUID> reaching(Map<UUID, Integer> counts, int limit) {
		return counts.entrySet()
				.stream()
				.filter((entry) -> entry.getValue() >= limit)
				.map(Map.Entry::getKey)
				.toList();
	}

	/// Nothing is kept of whom nothing is under way.
	@SuppressWarnings("NullAway")
	private static Integer less(UUID id, int count) {
		return (count > 1) ? count - 1 : null;
	}

}
