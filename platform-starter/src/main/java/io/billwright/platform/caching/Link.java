package io.billwright.platform.caching;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.SubscriptionListener;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.ReactiveRedisMessageListenerContainer;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/// The line on which the instances of a service tell each other what was evicted.
///
/// A line that is dead looks like one on which nobody speaks, so each instance talks to itself: it publishes a beat and
/// counts the line as up for as long as it hears its own. Whatever was said while it did not listen is lost, therefore
/// everything local is forgotten on each change and on each new subscription.
final class Link implements SmartLifecycle {

	private static final String BEAT = "#";

	private static final int SILENT_BEATS = 3;

	private static final Duration RECONNECT_MAX = Duration.ofSeconds(5);

	private final ReactiveRedisConnectionFactory connections;

	private final ReactiveStringRedisTemplate redis;

	private final String channel;

	private final Duration interval;

	private final String beat = BEAT + UUID.randomUUID();

	private final Sinks.Many<Long> subscribed = Sinks.many().multicast().directBestEffort();

	private final Disposable.Swap work = Disposables.swap();

	private Consumer<String> evicted = (key) -> {
	};

	private Runnable interrupted = () -> {
	};

	private Mono<Void> onBeat = Mono.empty();

	private volatile long lastHeard;

	private volatile boolean heard;

	private volatile boolean up;

	Link(ReactiveRedisConnectionFactory connections, ReactiveStringRedisTemplate redis, String channel,
			Duration interval) {
		this.connections = connections;
		this.redis = redis;
		this.channel = channel;
		this.interval = interval;
	}

	/// Says who listens; before the start.
	///
	/// @param evicted is told each key that was evicted anywhere
	/// @param interrupted is told when something may have been missed
	/// @param onBeat is done now and then while the line is up
	void listeners(Consumer<String> evicted, Runnable interrupted, Mono<Void> onBeat) {
		this.evicted = evicted;
		this.interrupted = interrupted;
		this.onBeat = onBeat;
	}

	/// Whether evictions are heard.
	boolean isUp() {
		return this.up;
	}

	@Override
	public void start() {
		this.work.update(Disposables.composite(listen().subscribe(), beat().subscribe()));
	}

	/// The first connection is made where it may block.
	private Flux<?> listen() {
		return Flux.usingWhen(Mono.fromSupplier(() -> new ReactiveRedisMessageListenerContainer(this.connections)),
				this::receive, ReactiveRedisMessageListenerContainer::destroyLater)
				.subscribeOn(Schedulers.boundedElastic())
				.retryWhen(Retry.backoff(Long.MAX_VALUE, this.interval).maxBackoff(RECONNECT_MAX));
	}

	private Flux<String> receive(ReactiveRedisMessageListenerContainer container) {
		SubscriptionListener subscribed = new SubscriptionListener() {

			@Override
			public void onChannelSubscribed(byte[] name, long count) {
				Link.this.interrupted.run();
				Link.this.subscribed.tryEmitNext(count);
			}

		};
		return container.receive(List.of(ChannelTopic.of(this.channel)), subscribed)
				.map((message) -> message.getMessage())
				.doOnNext(this::heard);
	}

	private void heard(String message) {
		if (!message.startsWith(BEAT)) {
			this.evicted.accept(message);
		}
		else if (message.equals(this.beat)) {
			this.lastHeard = System.nanoTime();
			this.heard = true;
			update();
		}
	}

	/// Beats at once when there is somebody to hear it: until then nothing local may be kept.
	private Flux<?> beat() {
		return Flux.interval(Duration.ZERO, this.interval, Schedulers.boundedElastic())
				.mergeWith(this.subscribed.asFlux().publishOn(Schedulers.boundedElastic()))
				.onBackpressureDrop()
				.doOnNext((tick) -> update())
				.concatMap((tick) -> this.redis.convertAndSend(this.channel, this.beat)
						.timeout(this.interval)
						.then(this.up ? this.onBeat : Mono.empty())
						.onErrorResume(Exception.class, (ex) -> Mono.empty()), 1);
	}

	private void update() {
		boolean alive = this.heard
				&& ((System.nanoTime() - this.lastHeard) < this.interval.multipliedBy(SILENT_BEATS).toNanos());
		if (alive != this.up) {
			this.up = false;
			this.interrupted.run();
			this.up = alive;
		}
	}

	@Override
	public void stop() {
		this.work.update(Disposables.disposed());
		this.up = false;
	}

	@Override
	public boolean isRunning() {
		return (this.work.get() != null) && !this.work.get().isDisposed();
	}

}
