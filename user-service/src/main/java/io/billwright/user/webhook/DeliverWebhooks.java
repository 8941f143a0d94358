package io.billwright.user.webhook;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import io.billwright.platform.messaging.CommitListener;
import io.billwright.user.webhook.WebhookQueue.Claimed;
import io.billwright.user.webhook.sending.Answer;
import io.billwright.user.webhook.sending.Sender;
import io.billwright.user.webhook.sending.SendingSettings;
import io.billwright.user.webhook.sending.WebhookSecret;

/// Takes deliveries from the queue and makes their attempts. Every instance does; each claims only what it has a free hand
/// for, so that what one endpoint or organization keeps waiting, it keeps waiting for itself.
///
/// It wakes when something is queued, when an attempt has ended, and after the poll interval for what is due by then. An
/// instance that ends finishes what it has begun; what a dead one had begun is due again when its lease is over.
@Component
class DeliverWebhooks implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(DeliverWebhooks.class);

	/// How long an end waits beyond the timeout of the attempts under way, until they are noted.
	private static final Duration NOTING = Duration.ofSeconds(3);

	private final WebhookQueue queue;

	private final Sender sender;

	private final EndpointSecrets secrets;

	private final CommitListener listener;

	private final WebhookMeters meters;

	private final WebhookSettings settings;

	private final Duration timeout;

	private final Clock clock;

	private final UnderWay underWay;

	private final Sinks.Many<Object> freed = Sinks.many().multicast().directBestEffort();

	private volatile boolean running;

	/// Of the round before; only rounds touch it, and they come one after the other.
	private volatile UUID last = WebhookQueue.BEGINNING;

	private Sinks.Empty<Void> stop = Sinks.empty();

	private Sinks.Empty<Void> ended = Sinks.empty();

	private Disposable work = Disposables.disposed();

	DeliverWebhooks(WebhookQueue queue, Sender sender, EndpointSecrets secrets, CommitListener webhookListener,
			WebhookMeters meters, WebhookSettings settings, SendingSettings sending, Clock clock) {
		if (settings.lease().compareTo(sending.timeout().multipliedBy(2)) < 0) {
			throw new IllegalArgumentException(
					"billwright.users.webhooks.lease must be at least twice as long as sending.timeout");
		}
		this.queue = queue;
		this.sender = sender;
		this.secrets = secrets;
		this.listener = webhookListener;
		this.meters = meters;
		this.settings = settings;
		this.timeout = sending.timeout();
		this.clock = clock;
		this.underWay = new UnderWay(settings);
	}

	@Override
	public void start() {
		this.running = true;
		this.stop = Sinks.empty();
		this.ended = Sinks.empty();
		this.work = Disposables.composite(deliver().subscribe(), measure().subscribe());
	}

	private Flux<Void> deliver() {
		return Flux.merge(this.listener.wakeUps(), Flux.interval(this.settings.poll()), this.freed.asFlux())
				.takeUntilOther(this.stop.asMono())
				.onBackpressureLatest()
				.concatMap((wakeUp) -> claimAll(), 0)
				.flatMap(this::attempt, this.settings.concurrency())
				.doFinally((signal) -> this.ended.tryEmitEmpty());
	}

	/// Claims round after round, until nothing is due or no hand is free.
	private Flux<Claimed> claimAll() {
		return Mono.defer(this::claimRound)
				.repeat()
				.takeWhile((round) -> !round.isEmpty())
				.concatMapIterable((round) -> round)
				.onErrorResume(Exception.class, (failure) -> {
					logger.warn("Webhooks wait, as none could be claimed", failure);
					return Flux.empty();
				});
	}

	/// A round that does not come to the end of the organizations says where the next one goes on.
	private Mono<List<Claimed>> claimRound() {
		int free = this.running ? this.underWay.free() : 0;
		if (free == 0) {
			return Mono.just(List.of());
		}
		UUID after = this.last;
		return this.queue.claim(after, this.underWay.busyEndpoints(), this.underWay.fullOrganizations(), free)
				.doOnNext(this.underWay::add)
				.collectList()
				.flatMap((round) -> {
					this.last = (round.size() == free) ? round.getLast().organizationId() : WebhookQueue.BEGINNING;
					return (round.isEmpty() && !after.equals(this.last)) ? claimRound() : Mono.just(round);
				});
	}

	/// Never fails: what could not be noted is due again when the lease is over.
	private Mono<Void> attempt(Claimed claimed) {
		return (claimed.enabled() ? send(claimed) : this.queue.giveUp(claimed))
				.onErrorResume(Exception.class, (failure) -> {
					logger.error("Delivery {} is tried again when its lease is over", name(claimed), failure);
					return Mono.empty();
				})
				.doFinally((signal) -> {
					this.underWay.remove(claimed);
					this.freed.tryEmitNext(claimed);
				});
	}

	private Mono<Void> send(Claimed claimed) {
		Instant now = this.clock.instant();
		return Mono.fromCallable(() -> secrets(claimed, now))
				.subscribeOn(Schedulers.boundedElastic())
				.flatMap((opened) -> this.sender.send(URI.create(claimed.url()),
						new WebhookEventId(claimed.eventId()).text(), claimed.payload(), opened))
				.flatMap((answer) -> note(claimed, now, answer));
	}

	private Mono<Void> note(Claimed claimed, Instant at, Answer answer) {
		return this.queue.record(claimed, at, answer)
				.doOnNext((state) -> this.meters.attempted(answer, state))
				.then();
	}

	private List<WebhookSecret> secrets(Claimed claimed, Instant now) {
		WebhookEndpointId endpoint = new WebhookEndpointId(claimed.endpointId());
		List<WebhookSecret> opened = new ArrayList<>();
		opened.add(this.secrets.open(claimed.secret(), endpoint));
		byte[] previous = claimed.previousSecretAt(now);
		if (previous != null) {
			opened.add(this.secrets.open(previous, endpoint));
		}
		return opened;
	}

	private Flux<WebhookQueue.Backlog> measure() {
		return Flux.interval(Duration.ZERO, this.settings.measure())
				.onBackpressureDrop()
				.concatMap((tick) -> this.queue.measure().onErrorResume(Exception.class, (failure) -> {
					logger.debug("Waiting webhooks were not measured", failure);
					return Mono.empty();
				}))
				.doOnNext(this.meters::measured);
	}

	private static String name(Claimed claimed) {
		return new WebhookDeliveryId(claimed.id()).text();
	}

	/// Ends what was begun here, even where another start comes before that is over.
	@Override
	public void stop(Runnable callback) {
		Disposable stopped = this.work;
		this.running = false;
		this.stop.tryEmitEmpty();
		this.ended.asMono()
				.timeout(this.timeout.plus(NOTING))
				.onErrorComplete()
				.publishOn(Schedulers.boundedElastic())
				.doFinally((signal) -> {
					stopped.dispose();
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
