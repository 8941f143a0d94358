package io.billwright.platform.observability;

import java.util.concurrent.TimeUnit;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import reactor.core.publisher.Mono;

/// The state of one dependency and how long it took to tell, in milliseconds. Bounded in time, and looked at once
/// however many ask at the same time.
final class DependencyHealth implements ReactiveHealthIndicator {

	/// Down, but the service does without: caches fall back to the database, events wait in the outbox.
	static final Status DEGRADED = new Status("DEGRADED");

	private final Mono<Health> health;

	/// @param probe completes where the dependency answers, and fails where it does not
	DependencyHealth(String name, HealthSettings settings, Mono<?> probe) {
		Status down = settings.required().contains(name) ? Status.DOWN : DEGRADED;
		this.health = Mono.defer(() -> look(probe, settings, down)).cache(settings.cache());
	}

	private static Mono<Health> look(Mono<?> probe, HealthSettings settings, Status down) {
		long start = System.nanoTime();
		return probe.timeout(settings.timeout())
				.then(Mono.fromSupplier(() -> timed(Health.up(), start)))
				.onErrorResume(Exception.class, (ex) -> Mono.just(timed(Health.status(down).withException(ex), start)));
	}

	private static Health timed(Health.Builder health, long start) {
		return health.withDetail("latency_ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).build();
	}

	@Override
	public Mono<Health> health() {
		return this.health;
	}

}
