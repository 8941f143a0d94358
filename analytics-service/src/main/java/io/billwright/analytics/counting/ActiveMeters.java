package io.billwright.analytics.counting;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

import io.billwright.analytics.usage.Metering;
import io.billwright.analytics.usage.UsageEvent;

/// The meters that a shard counts, by what they follow.
///
/// @param version of the shard's meters that these are
record ActiveMeters(long version, Map<Followed, List<Metering>> byEvent) {

	static final ActiveMeters UNKNOWN = new ActiveMeters(-1, Map.of());

	private record Followed(UUID organization, boolean live, String event) {}

	static ActiveMeters of(long version, Collection<Metering> meters) {
		return new ActiveMeters(version, meters.stream()
				.collect(Collectors.groupingBy(
						(meter) -> new Followed(meter.organization(), meter.live(), meter.event()))));
	}

	List<Metering> following(UsageEvent event) {
		return this.byEvent.getOrDefault(new Followed(event.organization(), event.live(), event.metric()), List.of());
	}

}
