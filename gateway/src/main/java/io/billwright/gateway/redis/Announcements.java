package io.billwright.gateway.redis;

import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.connection.ReactiveSubscription.Message;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.ReactiveRedisMessageListenerContainer;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/// Listens to a channel on which it is announced what is no longer true.
///
/// A subscription that is cut off without a word sounds like one on which nothing is announced. So this instance also talks
/// to itself over the same connection: as long as it hears that, it hears everything.
public final class Announcements implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Announcements.class);

	private final LettuceConnectionFactory connections;

	private final EdgeRedis redis;

	private final ChannelTopic channel;

	private final ChannelTopic own;

	/// One at a time: while Redis is silent, whoever waits for the lock of the factory's connection does not give up.
	private final Scheduler connecting;

	private final Consumer<String> announced;

	private final Consumer<Boolean> heard;

	private volatile @Nullable Disposable listening;

	private boolean hearing;

	/// @param announced is told what was said
	/// @param heard is told when that changes: whether everything is heard from now on. What was said before may have been
	/// missed either way
	public Announcements(LettuceConnectionFactory connections, EdgeRedis redis, String channel,
			Consumer<String> announced, Consumer<Boolean> heard) {
		this.connections = connections;
		this.redis = redis;
		this.channel = ChannelTopic.of(channel);
		this.own = ChannelTopic.of(channel + ".heard:" + UUID.randomUUID());
		this.connecting = Schedulers.newBoundedElastic(1, 16, "redis-" + channel, 60, true);
		this.announced = announced;
		this.heard = heard;
	}

	@Override
	public void start() {
		EdgeRedisSettings settings = this.redis.settings();
		this.connections.getRequiredNativeClient().addListener(new Interruption());
		this.listening = listen().concatWith(Mono.error(() -> new IllegalStateException("the subscription ended")))
				.timeout(settings.silence())
				.doOnNext(this::hear)
				.doOnError(this::goDeaf)
				.retryWhen(Retry.fixedDelay(Long.MAX_VALUE, settings.reconnect()))
				.takeUntilOther(talk(settings.reconnect()))
				.subscribe();
	}

	@Override
	public void stop() {
		Disposable current = this.listening;
		this.listening = null;
		if (current != null) {
			current.dispose();
			hear(false);
		}
	}

	@Override
	public boolean isRunning() {
		return this.listening != null;
	}

	/// Before the web server takes its first request.
	@Override
	public int getPhase() {
		return 0;
	}

	/// A subscription of its own connection, which is made by waiting. One that has fallen silent cannot be left in good
	/// order.
	private Flux<? extends Message<String, String>> listen() {
		Mono<ReactiveRedisMessageListenerContainer> container = Mono
				.fromSupplier(() -> new ReactiveRedisMessageListenerContainer(this.connections));
		return Flux.usingWhen(container.subscribeOn(this.connecting),
				(listener) -> listener.receive(this.channel, this.own),
				(listener) -> listener.destroyLater().onErrorResume(RuntimeException.class, (silent) -> Mono.empty()));
	}

	/// Goes on until nobody listens.
	private Mono<Void> talk(Duration pause) {
		return Flux.interval(Duration.ZERO, pause)
				.onBackpressureDrop()
				.concatMap((beat) -> this.redis.publish(this.own.getTopic(), "")
						.onErrorResume(RuntimeException.class, (away) -> Mono.empty()))
				.then();
	}

	private void hear(Message<String, String> message) {
		if (message.getChannel().equals(this.channel.getTopic())) {
			this.announced.accept(message.getMessage());
		}
		else {
			hear(true);
		}
	}

	private void goDeaf(Throwable failure) {
		logger.warn("{} cannot be heard: {}", this.channel.getTopic(), failure.getMessage());
		hear(false);
	}

	/// Whoever is told last is told what is true: connections are lost on another thread than that which hears.
	private synchronized void hear(boolean all) {
		if (this.hearing != all) {
			this.hearing = all;
			this.heard.accept(all);
		}
	}

	/// The driver reconnects and subscribes again by itself; what was published in between is lost.
	private final class Interruption implements RedisConnectionStateListener {

		@Override
		public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
			if (connection instanceof StatefulRedisPubSubConnection<?, ?>) {
				hear(false);
			}
		}

	}

}
