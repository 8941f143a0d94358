package io.billwright.user.webhook;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WebhookSettingsTests {

	private final WebhookSettings defaults = settings(Map.of());

	@Test
	void retriesWhenNothingIsSetThenTheyGoOnForMoreThanADay() {
		assertThat(this.defaults.retries().stream().reduce(Duration.ZERO, Duration::plus))
				.isBetween(Duration.ofHours(25), Duration.ofHours(48));
	}

	@Test
	void pauseWhenAnAttemptFailsThenIsAsSetOrUpToAFifthLonger() {
		for (int failures = 1; failures <= this.defaults.retries().size(); failures++) {
			Duration set = this.defaults.retries().get(failures - 1);
			int count = failures;
			List<Duration> pauses = IntStream.range(0, 200)
					.mapToObj((i) -> this.defaults.pause(count, null))
					.toList();
			assertThat(pauses).allSatisfy(
					(pause) -> assertThat(pause).isBetween(set, set.multipliedBy(6).dividedBy(5)));
			assertThat(pauses.stream().distinct().count()).as("instances do not come back at the same moment")
					.isGreaterThan(10);
		}
		assertThat(this.defaults.pause(this.defaults.retries().size() + 1, null)).isNull();
	}

	@Test
	void pauseWhenTheReceiverAsksForMoreThenItGetsThatWithinBounds() {
		assertThat(this.defaults.pause(1, Duration.ofMinutes(3))).isEqualTo(Duration.ofMinutes(3));
		assertThat(this.defaults.pause(1, Duration.ofDays(300))).isEqualTo(this.defaults.retryAfter());
		assertThat(this.defaults.pause(2, Duration.ofSeconds(1))).isGreaterThanOrEqualTo(Duration.ofMinutes(1));
		assertThat(this.defaults.pause(2, Duration.ofSeconds(-100))).isGreaterThanOrEqualTo(Duration.ofMinutes(1));
		assertThat(this.defaults.pause(8, Duration.ofDays(300))).isGreaterThanOrEqualTo(Duration.ofHours(12));
		assertThat(this.defaults.pause(9, Duration.ofSeconds(1))).isNull();
	}

	@Test
	void settingsWhenOutOfBoundsThenAreRefused() {
		for (String setting : List.of("endpoints=0", "per-endpoint=17", "per-organization=65", "purge-batch=0",
				"poll=0s",
				"retries=1s,0s", "overlap=-1s", "keep=2d")) {
			String[] parts = setting.split("=");
			assertThatThrownBy(() -> settings(Map.of("webhooks." + parts[0], parts[1]))).as(setting)
					.hasRootCauseInstanceOf(IllegalArgumentException.class);
		}
	}

	private static WebhookSettings settings(Map<String, String> values) {
		return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("webhooks", WebhookSettings.class);
	}

}
