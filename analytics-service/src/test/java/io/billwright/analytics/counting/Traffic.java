package io.billwright.analytics.counting;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

import io.billwright.analytics.usage.UsageEvent;

/// Usage as it comes: of several organizations and customers, repeated, out of order and late. The same seed makes the same
/// events, but for the ids of organizations and customers.
final class Traffic {

	private static final int LOOK_BACK_DAYS = 34;

	private final Random random;

	private final Instant now;

	private final List<UUID> organizations = ids(5);

	private final List<UUID> customers = ids(60);

	Traffic(long seed, Instant now) {
		this.random = new Random(seed);
		this.now = now.truncatedTo(ChronoUnit.MICROS);
	}

	List<UUID> organizations() {
		return this.organizations;
	}

	/// The events in the order in which they are sent; about 2 % of them are repetitions.
	List<UsageEvent> events(int count) {
		List<UsageEvent> events = new ArrayList<>();
		for (int index = 0; index < count; index++) {
			UsageEvent event = event(index);
			events.add(event);
			if (this.random.nextInt(50) == 0) {
				events.add(repeated(events.get(Math.max(0, events.size() - 1 - this.random.nextInt(5_000)))));
			}
		}
		shuffleNear(events);
		return events;
	}

	private UsageEvent event(int index) {
		int customer = this.random.nextInt(this.customers.size());
		int organization = customer % this.organizations.size();
		String metric = List.of("calls", "storage", "seats").get(this.random.nextInt(3));
		BigDecimal quantity = BigDecimal.valueOf(this.random.nextLong(-50_000, 1_000_000), this.random.nextInt(7));
		Map<String, Object> properties = Map.of("region", List.of("eu", "us", "ap").get(this.random.nextInt(3)),
				"user", "user-" + this.random.nextInt(40), "bytes",
				new BigDecimal(this.random.nextInt(100_000)).movePointLeft(2), "note", "a \"quoted\" \\ {note}, NULL");
		return new UsageEvent(this.organizations.get(organization), organization != 4, this.customers.get(customer),
				metric, "key-" + index, quantity, timestamp(), this.now.plusMillis(index / 10), Map.copyOf(properties));
	}

	/// Most of the last hours, some of the hours to come, which become finished hours in the middle; one in a hundred late.
	private Instant timestamp() {
		return (this.random.nextInt(100) == 0)
				? this.now.minusSeconds(this.random.nextLong(Duration.ofDays(LOOK_BACK_DAYS).toSeconds()))
				: this.now.plus(this.random.nextLong(-7_200_000_000L, 10_800_000_000L) / 1_000 * 1_000,
						ChronoUnit.MICROS);
	}

	/// The same event, as a client sends it that has got no answer.
	private UsageEvent repeated(UsageEvent event) {
		return new UsageEvent(event.organization(), event.live(), event.customer(), event.metric(), event.key(),
				event.quantity(), event.timestamp(), event.acceptedAt().plusMillis(this.random.nextInt(60_000)),
				event.properties());
	}

	private void shuffleNear(List<UsageEvent> events) {
		for (int from = 0; from < events.size(); from += 500) {
			Collections.shuffle(events.subList(from, Math.min(events.size(), from + 500)), this.random);
		}
	}

	private static List<UUID> ids(int count) {
		return Stream.generate(UUID::randomUUID).limit(count).toList();
	}

}
