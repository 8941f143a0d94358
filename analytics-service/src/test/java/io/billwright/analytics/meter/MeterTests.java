package io.billwright.analytics.meter;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.billwright.analytics.usage.Aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MeterTests {

	private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

	private static final UUID OTHER = UUID.randomUUID();

	private final Meter meter = Meter.create(new MeterId(UUID.randomUUID()), details("Calls", Aggregation.SUM),
			UUID.randomUUID(), NOW);

	@Test
	void meterWhenItsNameChangesThenKeepsItsFigures() {
		Meter renamed = this.meter.change(details("API calls", Aggregation.SUM), OTHER, NOW.plusSeconds(1));
		assertThat(renamed.version()).isEqualTo(2);
		assertThat(renamed.definition()).isEqualTo(this.meter.definition());
		assertThat(renamed.updatedAt()).isEqualTo(NOW.plusSeconds(1));
	}

	@Test
	void meterWhenSomethingElseIsCountedThenCountsAnew() {
		Meter changed = this.meter.change(details("Calls", Aggregation.MAX), OTHER, NOW);
		assertThat(changed.version()).isEqualTo(2);
		assertThat(changed.definition()).isEqualTo(OTHER);
	}

	@Test
	void meterWhenNothingDiffersThenIsTheSame() {
		assertThat(this.meter.change(details("Calls", Aggregation.SUM), OTHER, NOW)).isSameAs(this.meter);
	}

	@Test
	void meterWhenArchivedThenIsClosed() {
		Meter archived = this.meter.archive(NOW);
		assertThat(archived.status()).isEqualTo(Meter.Status.ARCHIVED);
		assertThat(archived.version()).isEqualTo(2);
		assertThat(archived.archive(NOW.plusSeconds(1))).isSameAs(archived);
		assertThatExceptionOfType(MeterFailure.Archived.class)
				.isThrownBy(() -> archived.change(details("Calls", Aggregation.MAX), OTHER, NOW));
	}

	private static Meter.Details details(String name, Aggregation aggregation) {
		Meter.Counting counting = new Meter.Counting("calls", aggregation, null, List.of("zone", "host"), List.of());
		return new Meter.Details("calls", name, counting, null, null);
	}

}
