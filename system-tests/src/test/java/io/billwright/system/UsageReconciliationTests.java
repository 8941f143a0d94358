package io.billwright.system;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// Usage is sent while the broker, the service that counts, the shards, the way in and its memory are ended with
/// `kill -9` in turn. Afterwards every figure is that of an independent recount, to the last digit.
///
/// `load-tests/reconciliation/run` does the same with a million events.
class UsageReconciliationTests {

	private static final List<String> KILLED = List.of("kafka", "analytics-service", "postgres", "gateway", "redis");

	/// As many as there are shards: each gets one.
	private static final int ORGANIZATIONS = 4;

	private static final int EVENTS = Integer.getInteger("reconciliation.events", 48_000);

	/// Events that the recount knows and nobody sends: one is enough to fail.
	private static final int DROPPED = Integer.getInteger("reconciliation.dropped", 0);

	private static final Duration PATIENCE = Duration.ofMinutes(15);

	@Test
	void usageWhenEveryProcessIsKilledThenEveryFigureIsThatOfARecount() {
		List<UsageSender> senders = IntStream.range(0, ORGANIZATIONS)
				.mapToObj((seed) -> UsageSender.open(EVENTS / ORGANIZATIONS, (seed == 0) ? DROPPED : 0, seed))
				.toList();
		for (int kill = 0; kill < KILLED.size(); kill++) {
			int goal = EVENTS / (KILLED.size() + 1) * (kill + 1);
			Eventually.within(PATIENCE,
					() -> assertThat(senders.stream().mapToInt(UsageSender::acknowledged).sum())
							.isGreaterThanOrEqualTo(goal));
			Platform.stack().kill(KILLED.get(kill));
			Platform.stack().awaitHealthy(KILLED.get(kill));
		}
		senders.forEach(UsageSender::awaitSent);

		Instant sent = Instant.now();
		for (UsageSender sender : senders) {
			assertThat(sender.told(sent)).containsExactlyInAnyOrderEntriesOf(sender.expected());
		}
	}

	@Test
	void recountWhenOneEventMoreThenDiffers() {
		UsageRecount recount = new UsageRecount();
		UsageRecount other = new UsageRecount();
		UsageRecount.Event event = new UsageRecount.Event("e-1", "cus", 1, Instant.EPOCH, "eu", 1);
		recount.add(event);
		other.add(event);
		assertThat(recount.figures()).isEqualTo(other.figures());

		other.add(event);
		assertThat(recount.figures()).isNotEqualTo(other.figures());
	}

}
