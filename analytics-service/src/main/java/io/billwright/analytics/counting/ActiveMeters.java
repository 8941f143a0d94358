package io.billwright.analytics.counting;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.billwright.analytics.counting.MeterTable.Active;
import io.billwright.analytics.usage.Metering;
import io.billwright.analytics.usage.UsageEvent;

/// The meters that a shard counts, by what they follow.
///
/// @param version of the shard's meters that these are
/// @param announced those for which others want to be told whenever a customer's figure changes
/// @param noted those for which it is noted whose figure changes
record ActiveMeters(long version, Map<Followed, List<Metering>> byEvent, Set<UUID> announced,
		Set<UUID> noted) {

	static final ActiveMeters UNKNOWN = new ActiveMeters(-1, Map.of(), Set.of(), Set.of());

	private record Followed(UUID organization, boolean live, String event) {}

	static ActiveMeters of(long version, Collection<Active> meters) {
		return new ActiveMeters(version, meters.stream()
				.map(Active::metering)
				.collect(Collectors.groupingBy(
						(meter) -> new Followed(meter.organization(), meter.live(), meter.event()))),
				ids(meters, Active::announced), ids(meters, Active::noted));
	}

	private static Set<UUID> ids(Collection<Active> meters, Predicate<Active> which) {
		return meters.stream()
				.filter(which)
				.map((meter) -> meter.metering().id())
				.collect(Collectors.toUnmodifiableSet());
	}

	List<Metering> following(UsageEvent event) {
		return this.byEvent.getOrDefault(new Followed(event.organization(), event.live(), event.metric()), List.of());
	}

}
