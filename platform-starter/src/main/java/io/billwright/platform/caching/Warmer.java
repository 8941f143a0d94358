package io.billwright.platform.caching;

import java.time.Duration;

import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// Keeps the caches warm beside the requests: as soon as Redis is there, then on a schedule.
final class Warmer implements SmartLifecycle {

	private final Caches caches;

	private final Link link;

	private final CachingSettings settings;

	private final Disposable.Swap work = Disposables.swap();

	Warmer(Caches caches, Link link, CachingSettings settings) {
		this.caches = caches;
		this.link = link;
		this.settings = settings;
	}

	@Override
	public void start() {
		Duration interval = this.settings.warmInterval();
		this.work.update(linkUp().thenMany(Flux.interval(Duration.ZERO, interval, Schedulers.boundedElastic()))
				.onBackpressureDrop()
				.concatMap(
						(tick) -> this.caches.warm().timeout(interval).onErrorResume(Exception.class,
								(ex) -> Mono.empty()),
						1)
				.subscribe());
	}

	private Mono<Long> linkUp() {
		return Flux.interval(this.settings.heartbeat()).filter((tick) -> this.link.isUp()).next();
	}

	@Override
	public void stop() {
		this.work.update(Disposables.disposed());
	}

	@Override
	public boolean isRunning() {
		return (this.work.get() != null) && !this.work.get().isDisposed();
	}

}
