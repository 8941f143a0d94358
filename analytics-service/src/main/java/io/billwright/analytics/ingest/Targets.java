package io.billwright.analytics.ingest;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.analytics.customer.Customers;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.wire.UsageTopics;
import io.billwright.platform.tenancy.Tenant;

/// Knows where the events of a customer go. For a moment it remembers what it found, so that a busy customer's events cost
/// no more than a look into a map.
@Component
class Targets {

	private static final int REMEMBERED = 50_000;

	private final Customers customers;

	private final Shards shards;

	private final Cache<Name, Target> known;

	Targets(Customers customers, Shards shards, IngestSettings settings) {
		this.customers = customers;
		this.shards = shards;
		this.known = Caffeine.newBuilder().maximumSize(REMEMBERED).expireAfterWrite(settings.targetsLife()).build();
	}

	/// The targets of those names that are customers of the tenant. What is not remembered is looked up together.
	///
	/// @param names `cus_...` or the organization's own ids, without repetitions
	Mono<Map<String, Target>> find(Tenant tenant, Collection<String> names) {
		Map<String, Target> found = new HashMap<>();
		List<String> missing = new ArrayList<>();
		for (String name : names) {
			Target target = this.known.getIfPresent(new Name(tenant, name));
			if (target != null) {
				found.put(name, target);
			}
			else {
				missing.add(name);
			}
		}
		return missing.isEmpty() ? Mono.just(found) : lookUp(tenant, missing, found).contextWrite(tenant.bind());
	}

	private Mono<Map<String, Target>> lookUp(Tenant tenant, List<String> missing, Map<String, Target> found) {
		return this.customers.findAll(missing)
				.flatMapIterable(Map::entrySet)
				.concatMap((entry) -> target(tenant, entry.getValue().id().value())
						.map((target) -> Map.entry(entry.getKey(), target)))
				.doOnNext((entry) -> this.known.put(new Name(tenant, entry.getKey()), entry.getValue()))
				.collect(() -> found, (targets, entry) -> targets.put(entry.getKey(), entry.getValue()));
	}

	private Mono<Target> target(Tenant tenant, UUID customer) {
		return this.shards.of(tenant.organization(), customer)
				.map((shard) -> new Target(customer, UsageTopics.ofShard(shard.number()),
						Rejects.scope(tenant) + customer));
	}

	/// The topics that a tenant's events may be on.
	Mono<List<String>> topics(Tenant tenant) {
		return this.shards.of(tenant.organization())
				.map((shards) -> shards.stream().map((shard) -> UsageTopics.ofShard(shard.number())).toList());
	}

	private record Name(Tenant tenant, String value) {}

	/// Where a customer's events go.
	///
	/// @param recordKey keeps the events of the customer in order, see [UsageTopics#keyOf]
	record Target(UUID customer, String topic, String recordKey) {}

}
