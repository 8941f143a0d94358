package io.billwright.analytics.meter;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.analytics.meter.Meter.Details;

/// A row of `meter`, and of `meter_version`.
record MeterRow(UUID id, long version, String slug, String eventName, String details, UUID definition,
		@Nullable Instant archivedAt, Instant createdAt, Instant updatedAt) {

	static MeterRow of(Meter meter, JsonMapper json) {
		Details details = meter.details();
		return new MeterRow(meter.id().value(), meter.version(), details.slug(), details.counting().eventName(),
				json.writeValueAsString(details), meter.definition(), meter.archivedAt(), meter.createdAt(),
				meter.updatedAt());
	}

	Meter toMeter(JsonMapper json) {
		return new Meter(new MeterId(this.id), this.version, json.readValue(this.details, Details.class),
				this.definition, this.archivedAt, this.createdAt, this.updatedAt);
	}

}
