package io.billwright.analytics.meter;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.billwright.analytics.usage.Aggregation;
import io.billwright.analytics.usage.Metering;

/// What an organization counts of its customers' usage. Immutable; every change gives the next version, and earlier ones are
/// kept.
///
/// @param version 1 at creation, one more with every change
/// @param definition what the figures are kept under: a new one whenever something else is counted, which then counts anew
/// from the events
/// @param archivedAt since when nothing more is counted
public record Meter(MeterId id, long version, Details details, UUID definition, @Nullable Instant archivedAt,
		Instant createdAt, Instant updatedAt) {

	/// Digits after the point of a quotient that the meter does not round.
	private static final int QUOTIENT_SCALE = 18;

	/// Whether a meter counts.
	public enum Status {

		/// Counts.
		ACTIVE,
		/// Counts no more.
		ARCHIVED

	}

	/// What the organization says of a meter.
	///
	/// @param slug what the meter is called in requests, unique among the organization's meters
	/// @param unit what one of it is called, for example `GB`
	/// @param rounding of each figure that is told; `null` tells them as they are
	public record Details(String slug, String name, Counting counting, @Nullable String unit,
			@Nullable Rounding rounding) {}

	/// What is counted, and how.
	///
	/// @param eventName the `metric` of the events
	/// @param valueProperty the property that holds the value; `null` for the event's quantity
	/// @param dimensions the properties by which figures can be told apart, in the order of their names
	/// @param filters all of which an event must pass
	public record Counting(String eventName, Aggregation aggregation, @Nullable String valueProperty,
			List<String> dimensions, List<Metering.Filter> filters) {

		public Counting {
			dimensions = dimensions.stream().sorted().toList();
			filters = List.copyOf(filters);
		}

		/// The same as counting needs it.
		///
		/// @param definition names what is kept
		public Metering toMetering(UUID definition, UUID organization, boolean live) {
			return new Metering(definition, organization, live, this.eventName, this.aggregation, this.valueProperty,
					this.filters, this.dimensions);
		}

	}

	/// A new, active meter.
	static Meter create(MeterId id, Details details, UUID definition, Instant now) {
		return new Meter(id, 1, details, definition, null, now, now);
	}

	/// A meter that is not saved.
	public static Meter draft(Details details) {
		UUID none = new UUID(0, 0);
		return create(new MeterId(none), details, none, Instant.EPOCH);
	}

	/// The next version with other details; the same meter when nothing differs.
	///
	/// @param other names the definition, where something else is counted from now on
	/// @throws MeterFailure.Archived when it is closed for changes
	Meter change(Details details, UUID other, Instant now) {
		if (archived()) {
			throw new MeterFailure.Archived(this.id);
		}
		boolean recounts = !details.counting().equals(this.details.counting());
		return details.equals(this.details)
				? this
				: next(details, recounts ? other : this.definition, null, now);
	}

	/// The meter that counts no more; the same meter when already archived.
	Meter archive(Instant now) {
		return archived() ? this : next(this.details, this.definition, now, now);
	}

	/// Whether the meter counts no more.
	public boolean archived() {
		return this.archivedAt != null;
	}

	/// Counting or not.
	public Status status() {
		return archived() ? Status.ARCHIVED : Status.ACTIVE;
	}

	/// A figure as it is told.
	public BigDecimal told(BigDecimal exact) {
		return (this.details.rounding() != null) ? this.details.rounding().round(exact) : plain(exact);
	}

	private static BigDecimal plain(BigDecimal exact) {
		BigDecimal bounded = (exact.scale() > QUOTIENT_SCALE)
				? exact.setScale(QUOTIENT_SCALE, RoundingMode.HALF_UP)
				: exact;
		BigDecimal stripped = bounded.stripTrailingZeros();
		return (stripped.scale() < 0) ? stripped.setScale(0) : stripped;
	}

	private Meter next(Details details, UUID definition, @Nullable Instant archivedAt, Instant now) {
		return new Meter(this.id, this.version + 1, details, definition, archivedAt, this.createdAt, now);
	}

}
