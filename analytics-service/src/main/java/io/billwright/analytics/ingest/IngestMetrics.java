package io.billwright.analytics.ingest;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

/// Counts events by what became of them.
@Component
class IngestMetrics {

	private static final String EVENTS = "billwright.usage.ingest.events";

	private static final String REJECTED = "billwright.usage.ingest.rejected";

	private final MeterRegistry meters;

	private final Map<Outcome.Status, Counter> events = new EnumMap<>(Outcome.Status.class);

	IngestMetrics(MeterRegistry meters) {
		this.meters = meters;
		for (Outcome.Status status : Outcome.Status.values()) {
			this.events.put(status,
					Counter.builder(EVENTS)
							.description("Usage events that came in, by what became of them")
							.tag("outcome", status.name().toLowerCase(Locale.ROOT))
							.register(meters));
		}
	}

	void count(List<Outcome> outcomes) {
		Map<Outcome.Status, Integer> counts = Outcome.counts(outcomes);
		this.events.forEach((status, counter) -> counter.increment(counts.getOrDefault(status, 0)));
		outcomes.stream()
				.filter((outcome) -> outcome.status() == Outcome.Status.REJECTED)
				.forEach((outcome) -> rejected(outcome.problems().getFirst().code()).increment());
	}

	/// The codes are ours, and so they are few.
	private Counter rejected(String code) {
		return Counter.builder(REJECTED)
				.description("Rejected usage events by the code of their first problem")
				.tag("reason", code)
				.register(this.meters);
	}

}
