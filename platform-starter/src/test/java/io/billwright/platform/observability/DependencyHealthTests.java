package io.billwright.platform.observability;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

class DependencyHealthTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private final HealthSettings settings = new HealthSettings(Duration.ofMillis(200), Duration.ofSeconds(60),
			Set.of("database"));

	@Test
	void dependencyWhenSilentThenDownOrDegradedAfterTheTimeout() {
		Health database = look("database", Mono.never());
		assertThat(database.getStatus()).isEqualTo(Status.DOWN);
		assertThat((Long) database.getDetails().get("latency_ms")).isBetween(200L, 10_000L);
		assertThat(look("redis", Mono.never()).getStatus()).isEqualTo(DependencyHealth.DEGRADED);
	}

	@Test
	void dependencyWhenManyAskThenLookedAtOnce() {
		AtomicInteger looks = new AtomicInteger();
		DependencyHealth health = new DependencyHealth("redis", this.settings,
				Mono.fromSupplier(looks::incrementAndGet));
		for (int i = 0; i < 3; i++) {
			assertThat(health.health().block(LIMIT).getStatus()).isEqualTo(Status.UP);
		}
		assertThat(looks).hasValue(1);
	}

	private Health look(String name, Mono<?> probe) {
		return new DependencyHealth(name, this.settings, probe).health().block(LIMIT);
	}

}
