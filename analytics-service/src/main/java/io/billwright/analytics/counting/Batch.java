package io.billwright.analytics.counting;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

import io.billwright.analytics.counting.Received.Countable;
import io.billwright.analytics.shard.Assignment;
import io.billwright.analytics.usage.UsageEvent;

/// Consecutive records of some partitions of one topic, those of a partition in their order.
record Batch(String topic, List<Received> records) {

	/// Where the batch lies in a partition.
	///
	/// @param first offset of its first record
	/// @param next offset after its last record
	record Span(long first, long next) {}

	/// By partition, in ascending order, so that two who lock rows for them never wait for each other in a circle.
	TreeMap<Integer, Span> spans() {
		TreeMap<Integer, Span> spans = new TreeMap<>();
		this.records.forEach((record) -> {
			long offset = record.offset();
			spans.merge(record.partition(), new Span(offset, offset + 1),
					(span, last) -> new Span(span.first(), last.next()));
		});
		return spans;
	}

	/// What has not been counted yet, in its order.
	///
	/// @param stored by partition the offset up to which everything is counted
	Fresh since(Map<Integer, Long> stored) {
		Set<Object> keys = HashSet.newHashSet(this.records.size());
		List<Countable> events = new ArrayList<>(this.records.size());
		int repeated = 0;
		for (Received record : this.records) {
			Countable countable = record.countable();
			if (countable != null && record.offset() >= stored.getOrDefault(record.partition(), 0L)) {
				if (keys.add(countable.keyHash())) {
					events.add(countable);
				}
				else {
					repeated++;
				}
			}
		}
		return new Fresh(events, repeated);
	}

	/// @param events no two of which have the same key
	/// @param repeated how many others have the key of one of them
	record Fresh(List<Countable> events, int repeated) {}

	/// Those not counted yet whose customers are not on the shard, by the number of the shard that they are on.
	///
	/// @param here the number of the shard
	/// @param placements where organizations are that have moved
	Map<Received, Integer> strays(Map<Integer, Long> stored, int here, Map<UUID, Assignment> placements) {
		Map<Received, Integer> strays = new LinkedHashMap<>();
		for (Received record : this.records) {
			Countable countable = record.countable();
			if (countable != null && record.offset() >= stored.getOrDefault(record.partition(), 0L)) {
				UsageEvent event = countable.event();
				Assignment placement = placements.get(event.organization());
				int there = (placement != null) ? placement.shardOf(event.customer()) : here;
				if (there != here) {
					strays.put(record, there);
				}
			}
		}
		return strays;
	}

	/// The batch without records that are counted on other shards; these count as done all the same.
	Batch without(Set<Received> strays) {
		return new Batch(this.topic, this.records.stream()
				.map((record) -> strays.contains(record) ? record.passedOn() : record)
				.toList());
	}

	/// The partitions whose records begin after what is stored: those between are missing.
	Map<Integer, Long> gaps(Map<Integer, Long> stored, Map<Integer, Long> earliest) {
		Map<Integer, Long> gaps = new HashMap<>();
		spans().forEach((partition, span) -> {
			long expected = stored.getOrDefault(partition, 0L);
			if (span.first() > Math.max(expected, earliest.getOrDefault(partition, 0L))) {
				gaps.put(partition, expected);
			}
		});
		return gaps;
	}

	List<Received> defects() {
		return this.records.stream().filter((record) -> record.defect() != null).toList();
	}

	/// The months whose partitions the events go into.
	List<LocalDate> months() {
		return this.records.stream()
				.map(Received::countable)
				.filter(Objects::nonNull)
				.map(Countable::acceptedMonth)
				.distinct()
				.toList();
	}

	/// Two batches that are this one when they are counted one after the other.
	Stream<Batch> halves() {
		int middle = this.records.size() / 2;
		return Stream.of(new Batch(this.topic, this.records.subList(0, middle)),
				new Batch(this.topic, this.records.subList(middle, this.records.size())));
	}

	/// The batch of one record, as one that cannot be counted.
	Batch defective(String cause) {
		return new Batch(this.topic, List.of(this.records.getFirst().defective(cause)));
	}

}
