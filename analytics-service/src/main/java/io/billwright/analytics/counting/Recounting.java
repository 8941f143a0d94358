package io.billwright.analytics.counting;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.analytics.archived.ArchivedEvents;
import io.billwright.analytics.counting.EventTable.Numbered;
import io.billwright.analytics.counting.MeterTable.Activation;
import io.billwright.analytics.counting.Tally.Touch;
import io.billwright.analytics.shard.ChangeMark;
import io.billwright.analytics.shard.Shard;
import io.billwright.analytics.usage.Aggregation;
import io.billwright.analytics.usage.Bucket;
import io.billwright.analytics.usage.Metering;

/// Lets events be changed that are counted already. One transaction of their shard holds the watermark alone, changes the
/// events, and counts the buckets that they are or were in anew from what is there then. So neither counting nor compaction
/// nor the activation of a meter meets a half of it, and every aggregation, also one that cannot be subtracted from, is what
/// the events are.
@Component
public class Recounting {

	private final JsonMapper mapper;

	Recounting(JsonMapper mapper) {
		this.mapper = mapper;
	}

	/// What somebody has changed.
	///
	/// @param touched by the events' metric the moments at which an event was or is that has changed
	public record Changed<T>(T result, Map<String, Set<Instant>> touched) {}

	/// Runs the change, of events of one customer of the bound tenant, and counts them anew. Cold; emits the change's result. Fails
	/// with [io.billwright.analytics.archived.ArchivedFailure] where events are archived that it would need.
	public <T> Mono<T> change(Shard shard, UUID customer, Mono<Changed<T>> change) {
		return shard.transactional(WatermarkTable.take(shard)
				.then(change)
				.delayUntil((changed) -> Flux.fromIterable(changed.touched().entrySet())
						.concatMap((metric) -> recount(shard, customer, metric.getKey(), metric.getValue())))
				.map(Changed::result)).onErrorMap(ArchivedEvents::explain);
	}

	private Mono<Void> recount(Shard shard, UUID customer, String metric, Set<Instant> moments) {
		return new MeterTable(shard, this.mapper).following(metric)
				.collectList()
				.filter((activations) -> !activations.isEmpty())
				.flatMap((activations) -> new Recount(shard, customer, activations).run(moments));
	}

	/// Of the meters that follow one metric.
	private record Recount(Shard shard, EventTable events, RollupTable rollups, UUID customer,
			List<Activation> activations) {

		Recount(Shard shard, UUID customer, List<Activation> activations) {
			this(shard, new EventTable(shard), new RollupTable(shard), customer, activations);
		}

		Mono<Void> run(Set<Instant> moments) {
			List<UUID> meters = this.activations.stream().map((activation) -> activation.meter().id()).toList();
			List<Stretch> minutes = Stretch.of(moments, Bucket.MINUTE);
			List<Stretch> hours = Stretch.of(moments, Bucket.HOUR);
			List<Activation> ofUniques = this.activations.stream()
					.filter((activation) -> activation.meter().aggregation() == Aggregation.UNIQUE_COUNT)
					.toList();
			return refuseArchived(ofUniques.isEmpty() ? minutes : hours)
					.then(this.rollups.clear(meters, this.customer, minutes, hours))
					.then(tally(this.activations, minutes).flatMap(this.rollups::add))
					.then(this.rollups.compact(meters, this.customer, hours))
					.then(tally(ofUniques, hours).flatMap(this.rollups::addUniques))
					.then(Mono.defer(() -> new Announcements(this.shard).tell(changes())))
					.then(Mono.defer(() -> TouchedCustomers.note(this.shard, touches(Collections.min(moments)))));
		}

		/// What is archived is in the roll-ups and could not be counted anew.
		private Mono<Void> refuseArchived(List<Stretch> stretches) {
			return new ArchivedEvents(this.shard.client()).refuse(List.of(this.customer),
					List.of(this.activations.getFirst().meter().event()),
					stretches.stream().map(Stretch::start).toList(), stretches.stream().map(Stretch::end).toList());
		}

		private Stream<ChangeMark> changes() {
			return this.activations.stream()
					.filter((activation) -> activation.active().announced())
					.map((activation) -> ChangeMark.of(activation.meter().id(), this.customer));
		}

		private List<Touch> touches(Instant since) {
			return this.activations.stream()
					.filter((activation) -> activation.active().noted())
					.map(Activation::meter)
					.map((meter) -> new Touch(meter.organization(), meter.live(), meter.id(), this.customer, since))
					.toList();
		}

		/// Without hours, which are made of their minutes.
		private Mono<Tally> tally(List<Activation> counting, List<Stretch> stretches) {
			Tally tally = new Tally(Instant.MIN);
			return counting.isEmpty()
					? Mono.just(tally)
					: this.events.readIn(this.customer, counting.getFirst().meter(), stretches)
							.publishOn(Schedulers.boundedElastic())
							.doOnNext((event) -> tally.add(event.event(), counted(event, counting)))
							.then(Mono.just(tally));
		}

		private static List<Metering> counted(Numbered event, List<Activation> counting) {
			return counting.stream()
					.filter((activation) -> activation.counts(event.seq()))
					.map(Activation::meter)
					.toList();
		}

	}

}
