package io.billwright.gateway.redis;

import java.net.SocketAddress;
import java.time.Duration;
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
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/// Listens to a channel on which it is announced what is no longer true. Whatever may have been missed is told as an
/// interruption: when the connection is lost, when it comes back, and when Redis falls silent.
public final class Announcements implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Announcements.class);

	/// Between attempts to listen.
	private static final Duration PAUSE = Duration.ofSeconds(1);

	private final LettuceConnectionFactory connections;

	private final EdgeRedis redis;

	private final String channel;

	private final Consumer<String> announced;

	private final Runnable interrupted;

	private volatile @Nullable Disposable listening;

	/// @param announced is told what was said
	/// @param interrupted is told when something may have been missed
	public Announcements(LettuceConnectionFactory connections, EdgeRedis redis, String channel,
			Consumer<String> announced, Runnable interrupted) {
		this.connections = connections;
		this.redis = redis;
		this.channel = channel;
		this.announced = announced;
		this.interrupted = interrupted;
	}

	@Override
	public void start() {
		this.connections.getRequiredNativeClient().addListener(new Interruptions());
		this.listening = listen().doOnNext((message) -> this.announced.accept(message.getMessage()))
				.takeUntilOther(this.redis.interruptions())
				.doOnComplete(this.interrupted)
				.repeatWhen((ends) -> ends.delayElements(PAUSE))
				.doOnError((failure) -> logger.warn("{} cannot be heard: {}", this.channel, failure.getMessage()))
				.retryWhen(Retry.fixedDelay(Long.MAX_VALUE, PAUSE))
				.subscribe();
	}

	@Override
	public void stop() {
		Disposable current = this.listening;
		this.listening = null;
		if (current != null) {
			current.dispose();
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

	/// A channel of its own connection, which is made by waiting. One that has fallen silent cannot be left in good order.
	private Flux<? extends Message<String, String>> listen() {
		Mono<ReactiveRedisMessageListenerContainer> container = Mono
				.fromSupplier(() -> new ReactiveRedisMessageListenerContainer(this.connections));
		return Flux.usingWhen(container.subscribeOn(Schedulers.boundedElastic()),
				(listener) -> listener.receive(ChannelTopic.of(this.channel)),
				(listener) -> listener.destroyLater().onErrorResume(RuntimeException.class, (silent) -> Mono.empty()));
	}

	/// The driver reconnects and subscribes again by itself; what was published in between is lost.
	private final class Interruptions implements RedisConnectionStateListener {

		@Override
		public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
			tell(connection);
		}

		@Override
		public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
			tell(connection);
		}

		private void tell(RedisChannelHandler<?, ?> connection) {
			if (connection instanceof StatefulRedisPubSubConnection<?, ?>) {
				Announcements.this.interrupted.run();
			}
		}

	}

}
