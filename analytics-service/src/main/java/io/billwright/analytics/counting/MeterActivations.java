package io.billwright.analytics.counting;

import java.util.UUID;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.shard.Shards;
import io.billwright.analytics.usage.Metering;
import io.billwright.platform.tenancy.SystemScope;

/// Which meters are counted. Every operation is cold and may be repeated; it waits for the shards of the organization and
/// fails where one of them is down.
@Component
public class MeterActivations {

	private final Shards shards;

	private final JsonMapper mapper;

	MeterActivations(Shards shards, JsonMapper mapper) {
		this.shards = shards;
		this.mapper = mapper;
	}

	/// Counts every event from now on, and the past ones in the background.
	public Mono<Void> activate(Metering meter) {
		return activate(meter, meter.id());
	}

	/// The same for what takes the place of another meter: whose figures change is noted where it was of that one.
	public Mono<Void> activate(Metering meter, UUID predecessor) {
		return onEach(meter.organization(), (table) -> table.activate(meter, predecessor));
	}

	/// Whether it is noted whose figures of the meter change, for [TouchedCustomers].
	public Mono<Void> note(UUID organization, UUID meter, boolean noted) {
		return onEach(organization, (table) -> table.note(meter, noted));
	}

	/// Counts no further events; what has been counted stays.
	public Mono<Void> archive(UUID organization, UUID meter) {
		return onEach(organization, (table) -> table.archive(meter));
	}

	/// Lets every transaction that changes a customer's figure of the meter on this shard say so, as a [ChangeMark]. What is
	/// read when it has completed is followed by every change after it.
	public Mono<Void> announce(Shard shard, UUID meter) {
		MeterTable table = table(shard);
		return shard.reading(Mono.defer(() -> table.isAnnounced(meter)))
				.filter((announced) -> !announced)
				.flatMap((silent) -> shard.transactional(
						WatermarkTable.take(shard).then(Mono.defer(() -> table.announce(meter)))))
				.contextWrite(SystemScope.bind());
	}

	private Mono<Void> onEach(UUID organization, java.util.function.Function<MeterTable, Mono<Void>> change) {
		return this.shards
				.at(organization, (shards) -> Flux.fromIterable(shards)
						.concatMap((shard) -> shard.transactional(
								WatermarkTable.take(shard).then(Mono.defer(() -> change.apply(table(shard))))))
						.then())
				.contextWrite(SystemScope.bind());
	}

	/// Whether all past events of the meter are counted on all of its organization's shards.
	public Mono<Boolean> isComplete(UUID organization, UUID meter) {
		return this.shards
				.at(organization, (shards) -> Flux.fromIterable(shards)
						.concatMap((shard) -> shard.reading(Mono.defer(() -> table(shard).complete(meter))))
						.all((complete) -> complete))
				.contextWrite(SystemScope.bind());
	}

	private MeterTable table(Shard shard) {
		return new MeterTable(shard, this.mapper);
	}

}
