package io.billwright.gateway.credential;

import java.net.SocketAddress;
import java.time.Duration;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
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

/// Hears what user-service revokes and forgets it at once. While nothing can be heard no session is believed from memory;
/// keys and tokens are, for the short while that the settings allow.
@Component
class Revocations implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Revocations.class);

	private static final String CHANNEL = "credentials.revoked";

	/// Between attempts to listen.
	private static final Duration PAUSE = Duration.ofSeconds(1);

	private static final String ORGANIZATION_PREFIX = "org:";

	private final LettuceConnectionFactory connections;

	private final EdgeRedis redis;

	private final Credentials credentials;

	private volatile @Nullable Disposable listening;

	Revocations(LettuceConnectionFactory connections, EdgeRedis redis, Credentials credentials) {
		this.connections = connections;
		this.redis = redis;
		this.credentials = credentials;
	}

	@Override
	public void start() {
		this.connections.getRequiredNativeClient().addListener(new ForgetOnInterruption());
		this.listening = listen().doOnNext((message) -> revoke(message.getMessage()))
				.takeUntilOther(this.redis.interruptions())
				.doOnComplete(this.credentials::forgetSessions)
				.repeatWhen((ends) -> ends.delayElements(PAUSE))
				.doOnError((failure) -> logger.warn("Revocations cannot be heard: {}", failure.getMessage()))
				.retryWhen(Retry.fixedDelay(Long.MAX_VALUE, PAUSE))
				.subscribe();
	}

	/// A channel of its own connection, which is made by waiting. One that has fallen silent cannot be left in good order.
	private Flux<? extends Message<String, String>> listen() {
		Mono<ReactiveRedisMessageListenerContainer> container = Mono
				.fromSupplier(() -> new ReactiveRedisMessageListenerContainer(this.connections));
		return Flux.usingWhen(container.subscribeOn(Schedulers.boundedElastic()),
				(listener) -> listener.receive(ChannelTopic.of(CHANNEL)),
				(listener) -> listener.destroyLater().onErrorResume(RuntimeException.class, (silent) -> Mono.empty()));
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

	private void revoke(String payload) {
		if (payload.startsWith(ORGANIZATION_PREFIX)) {
			this.credentials.revokeAll(payload.substring(ORGANIZATION_PREFIX.length()));
		}
		else {
			this.credentials.revoke(payload);
		}
	}

	/// The driver reconnects and subscribes again by itself; what was published in between is lost.
	private final class ForgetOnInterruption implements RedisConnectionStateListener {

		@Override
		public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
			Revocations.this.credentials.forgetSessions();
		}

		@Override
		public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
			Revocations.this.credentials.forgetSessions();
		}

	}

}
