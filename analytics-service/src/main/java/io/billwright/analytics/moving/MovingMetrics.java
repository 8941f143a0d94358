package io.billwright.analytics.moving;

import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.springframework.stereotype.Component;

import io.billwright.analytics.moving.Move.State;
import io.billwright.analytics.moving.Progress.Stage;

/// What the operator sees of moves that this instance drives.
@Component
class MovingMetrics {

	private final Counter rows;

	private final Counter steps;

	private final Timer cutOver;

	private final AtomicLong begun = new AtomicLong();

	private final Map<State, AtomicLong> moves = new EnumMap<>(State.class);

	MovingMetrics(MeterRegistry meters) {
		EnumSet.complementOf(EnumSet.of(State.DONE, State.CANCELLED)).forEach((state) -> {
			AtomicLong number = new AtomicLong();
			this.moves.put(state, number);
			Gauge.builder("billwright.usage.moves", number, AtomicLong::get)
					.description("Moves between shards that have not ended; the same on every instance")
					.tag("state", state.name().toLowerCase(Locale.ROOT))
					.register(meters);
		});
		this.rows = Counter.builder("billwright.usage.moving.rows")
				.description("Rows copied to other shards")
				.register(meters);
		this.steps = Counter.builder("billwright.usage.moving.steps")
				.description("Steps of moves that were made")
				.register(meters);
		this.cutOver = Timer.builder("billwright.usage.moving.cutover")
				.description("How long a shard held still at the end of a step")
				.register(meters);
	}

	/// @param moves how many have not ended, by their state
	void note(Map<State, Long> moves) {
		this.moves.forEach((state, number) -> number.set(moves.getOrDefault(state, 0L)));
	}

	/// One step at a time is driven by an instance.
	void note(Stage stage, long copied) {
		this.rows.increment((double) copied);
		if (stage == Stage.CUTTING_OVER) {
			this.begun.set(System.nanoTime());
		}
		else if (stage == Stage.DEPARTED) {
			this.steps.increment();
			long since = this.begun.getAndSet(0);
			if (since != 0) {
				this.cutOver.record(Duration.ofNanos(System.nanoTime() - since));
			}
		}
	}

}
