package io.billwright.analytics.counting;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.billwright.analytics.shard.ChangeMark;
import io.billwright.analytics.usage.Bucket;
import io.billwright.analytics.usage.Measure;
import io.billwright.analytics.usage.Metering;
import io.billwright.analytics.usage.Metering.Reading;
import io.billwright.analytics.usage.UsageEvent;

/// Adds events up in memory, so that the shard gets one increment for each row and not for each event.
final class Tally {

	/// In the order of the rows' keys: who writes several rows writes them in it, and never waits for another one in a circle.
	private static final Comparator<Cell> BY_KEY = Comparator.comparing(Cell::meter)
			.thenComparing(Cell::customer)
			.thenComparing(Cell::bucket)
			.thenComparing(Cell::group);

	private final Instant watermark;

	private final Map<Cell, Measure> minutes = new HashMap<>();

	private final Map<Cell, Measure> hours = new HashMap<>();

	private final Set<Unique> uniques = new HashSet<>();

	/// @param watermark before which hours are kept as well
	Tally(Instant watermark) {
		this.watermark = watermark;
	}

	/// A row.
	record Cell(UUID organization, boolean live, UUID meter, UUID customer, Instant bucket, String group) {

		/// That of another time, of no group.
		Cell of(Instant other) {
			return new Cell(this.organization, this.live, this.meter, this.customer, other, "");
		}

	}

	/// A different value of an hour.
	record Unique(Cell hour, String value) {}

	/// Adds the event to each of the meters that counts it.
	void add(UsageEvent event, List<Metering> meters) {
		for (Metering meter : meters) {
			meter.read(event).ifPresent((reading) -> add(event, meter, reading));
		}
	}

	private void add(UsageEvent event, Metering meter, Reading reading) {
		this.minutes.merge(cell(event, meter, Bucket.MINUTE, reading), reading.measure(), Measure::combine);
		if (event.timestamp().isBefore(this.watermark)) {
			this.hours.merge(cell(event, meter, Bucket.HOUR, reading), reading.measure(), Measure::combine);
		}
		String value = reading.unique();
		if (value != null) {
			this.uniques.add(new Unique(cell(event, meter, Bucket.HOUR, reading), value));
		}
	}

	private static Cell cell(UsageEvent event, Metering meter, Bucket bucket, Reading reading) {
		return new Cell(event.organization(), event.live(), meter.id(), event.customer(),
				bucket.startOf(event.timestamp()), reading.group());
	}

	List<Map.Entry<Cell, Measure>> minutes() {
		return sorted(this.minutes);
	}

	List<Map.Entry<Cell, Measure>> hours() {
		return sorted(this.hours);
	}

	List<Unique> uniques() {
		return this.uniques.stream()
				.sorted(Comparator.comparing(Unique::hour, BY_KEY).thenComparing(Unique::value))
				.toList();
	}

	/// Whose figures it changes.
	///
	/// @param meters those that matter
	Stream<ChangeMark> changes(Predicate<UUID> meters) {
		return this.minutes.keySet()
				.stream()
				.filter((cell) -> meters.test(cell.meter()))
				.map((cell) -> ChangeMark.of(cell.meter(), cell.customer()))
				.distinct();
	}

	/// The same with the earliest minute of each, in the order of the rows' keys.
	List<Touch> touches(Predicate<UUID> meters) {
		Map<Cell, Instant> since = new HashMap<>();
		this.minutes.keySet()
				.stream()
				.filter((cell) -> meters.test(cell.meter()))
				.forEach((cell) -> since.merge(cell.of(Instant.EPOCH), cell.bucket(),
						(one, other) -> one.isBefore(other) ? one : other));
		return since.entrySet()
				.stream()
				.sorted(Map.Entry.comparingByKey(BY_KEY))
				.map((entry) -> new Touch(entry.getKey().organization(), entry.getKey().live(),
						entry.getKey().meter(), entry.getKey().customer(), entry.getValue()))
				.toList();
	}

	/// Whose figure changes, and from when on.
	record Touch(UUID organization, boolean live, UUID meter, UUID customer, Instant since) {}

	/// How many rows it will write.
	int rows() {
		return this.minutes.size() + this.hours.size() + this.uniques.size();
	}

	private static List<Map.Entry<Cell, Measure>> sorted(Map<Cell, Measure> cells) {
		return cells.entrySet().stream().sorted(Map.Entry.comparingByKey(BY_KEY)).toList();
	}

}
