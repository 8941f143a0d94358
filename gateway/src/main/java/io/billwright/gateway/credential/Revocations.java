package io.billwright.gateway.credential;

import java.time.Duration;
import java.util.UUID;

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
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

import io.billwright.gateway.redis.EdgeRedis;
import io.billwright.gateway.redis.EdgeRedisSettings;

/// Hears what user-service revokes and forgets it at once.
///
/// A subscription that is cut off without a word sounds like one on which nothing is revoked. So this instance also talks
/// to itself over the same connection: as long as it hears that, it hears everything.
@Component
class Revocations implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Revocations.class);

	private static final ChannelTopic REVOKED = ChannelTopic.of("credentials.revoked");

	private static final String ORGANIZATION_PREFIX = "org:";

	private final ChannelTopic own = ChannelTopic.of("credentials.heard:" + UUID.randomUUID());

	private final LettuceConnectionFactory connections;

	private final EdgeRedis redis;

	private final Credentials credentials;

	private final Duration pause;

	private final Duration silence;

	private volatile @Nullable Disposable listening;

	Revocations(LettuceConnectionFactory connections, EdgeRedis redis, Credentials credentials,
			EdgeRedisSettings settings) {
		this.connections = connections;
		this.redis = redis;
		this.credentials = credentials;
		this.pause = settings.reconnect();
		this.silence = settings.silence();
	}

	@Override
	public void start() {
		this.connections.getRequiredNativeClient().addListener(new Interruption());
		this.listening = listen().concatWith(Mono.error(() -> new IllegalStateException("the subscription ended")))
				.timeout(this.silence)
				.doOnNext(this::hear)
				.doOnError(this::goDeaf)
				.retryWhen(Retry.fixedDelay(Long.MAX_VALUE, this.pause))
				.takeUntilOther(talk())
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

	@Override
	public int getPhase() {
		return 0;
	}

	/// A subscription of its own connection, which is made by waiting. One that has fallen silent cannot be left in good
	/// order.
	private Flux<? extends Message<String, String>> listen() {
		Mono<ReactiveRedisMessageListenerContainer> container = Mono
				.fromSupplier(() -> new ReactiveRedisMessageListenerContainer(this.connections));
		return Flux.usingWhen(container.subscribeOn(Schedulers.boundedElastic()),
				(listener) -> listener.receive(REVOKED, this.own),
				(listener) -> listener.destroyLater().onErrorResume(RuntimeException.class, (silent) -> Mono.empty()));
	}

	/// Goes on until nobody listens.
	private Mono<Void> talk() {
		return Flux.interval(Duration.ZERO, this.pause)
				.onBackpressureDrop()
				.concatMap((beat) -> this.redis.publish(this.own.getTopic(), "")
						.onErrorResume(RuntimeException.class, (away) -> Mono.empty()))
				.then();
	}

	private void hear(Message<String, String> message) {
		if (message.getChannel().equals(this.own.getTopic())) {
			this.credentials.hear();
		}
		else if (message.getMessage().startsWith(ORGANIZATION_PREFIX)) {
			this.credentials.revokeAll(message.getMessage().substring(ORGANIZATION_PREFIX.length()));
		}
		else {
			this.credentials.revoke(message.getMessage());
		}
	}

	private void goDeaf(Throwable failure) {
		logger.warn("Revocations cannot be heard: {}", failure.getMessage());
		this.credentials.goDeaf();
	}

	/// The driver reconnects and subscribes again by itself; what was published in between is lost.
	private final class Interruption implements RedisConnectionStateListener {

		@Override
		public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
			if (connection instanceof StatefulRedisPubSubConnection<?, ?>) {
				Revocations.this.credentials.goDeaf();
			}
		}

	}

}
