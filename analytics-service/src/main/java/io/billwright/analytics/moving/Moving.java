package io.billwright.analytics.moving;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import io.billwright.platform.messaging.Causes;

/// Looks for moves to be driven, one at a time on each instance.
@Component
class Moving implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(Moving.class);

	private final Driver driver;

	private final MovingSettings settings;

	private Disposable work = Disposables.disposed();

	private Sinks.Empty<Void> stopping = Sinks.empty();

	private Mono<Void> ended = Mono.empty();

	private volatile boolean running;

	Moving(Driver driver, MovingSettings settings) {
		this.driver = driver;
		this.settings = settings;
	}

	@Override
	public void start() {
		this.running = true;
		this.driver.start();
		Sinks.Empty<Void> stop = Sinks.empty();
		Sinks.Empty<Void> end = Sinks.empty();
		this.stopping = stop;
		this.ended = end.asMono();
		this.work = Flux.interval(this.settings.interval())
				.onBackpressureDrop()
				.takeUntilOther(stop.asMono())
				.concatMap((tick) -> round(), 1)
				.doFinally((signal) -> end.tryEmitEmpty())
				.subscribe();
	}

	private Mono<Void> round() {
		return this.driver.advance().then().onErrorResume(Exception.class, (error) -> {
			log.warn("Moves between shards wait: {}", Causes.describe(error));
			return Mono.empty();
		});
	}

	/// Breaks off between two transactions; what lasts longer is rolled back.
	@Override
	public void stop(Runnable callback) {
		this.running = false;
		this.driver.stop();
		this.stopping.tryEmitEmpty();
		this.ended.timeout(this.settings.fence())
				.onErrorComplete()
				.doFinally((signal) -> {
					this.work.dispose();
					callback.run();
				})
				.subscribe();
	}

	@Override
	public void stop() {
		stop(() -> {
		});
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
