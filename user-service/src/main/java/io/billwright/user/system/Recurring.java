package io.billwright.user.system;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/// Work that is done again and again while the application runs, with a pause in between. A failure is logged and does
/// not end it. Every replica does it, so the work must be safe to be done by several at once.
public class Recurring implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Recurring.class);

	private final String name;

	private final Duration pause;

	private final Mono<Void> work;

	private volatile @Nullable Disposable running;

	/// @param name for the log
	/// @param work looks at the clock when it is subscribed to, not when it is assembled: it runs many times
	public Recurring(String name, Duration pause, Mono<Void> work) {
		this.name = name;
		this.pause = pause;
		this.work = work;
	}

	@Override
	public void start() {
		this.running = this.work.onErrorResume(Exception.class, this::report)
				.then(Mono.delay(this.pause))
				.repeat()
				.subscribe();
	}

	private Mono<Void> report(Exception failure) {
		logger.warn("{} failed and is tried again in {}", this.name, this.pause, failure);
		return Mono.empty();
	}

	@Override
	public void stop() {
		Disposable stopped = this.running;
		if (stopped != null) {
			stopped.dispose();
			this.running = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.running != null;
	}

}
