package io.billwright.gateway.stream;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.handler.timeout.WriteTimeoutHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;

import io.billwright.gateway.credential.Credential;
import io.billwright.gateway.credential.Credentials;
import io.billwright.gateway.edge.AccessLog;
import io.billwright.gateway.edge.ClientAddress;
import io.billwright.gateway.passport.Principal;
import io.billwright.platform.failure.Unavailable;
import io.billwright.platform.identity.AccessFailure;

/// Keeps streams within their limits: how many, how long, how silent, and whose. When the gateway stops it ends them, before
/// it waits for whatever else is under way.
@Component
public final class Streams implements SmartLifecycle {

	private static final String STALLED = "billwright.stalled";

	private static final Duration AGAIN = Duration.ofSeconds(10);

	private final StreamSettings settings;

	private final Credentials credentials;

	private final ClientAddress clients;

	private final MeterRegistry meters;

	private final Map<Kind, AtomicInteger> open = new EnumMap<>(Kind.class);

	private final AtomicInteger all = new AtomicInteger();

	private final OpenStreams callers;

	private final OpenStreams organizations;

	private volatile Sinks.Empty<Void> farewell = Sinks.empty();

	private volatile boolean running;

	Streams(StreamSettings settings, Credentials credentials, ClientAddress clients, MeterRegistry meters) {
		this.settings = settings;
		this.credentials = credentials;
		this.clients = clients;
		this.meters = meters;
		this.callers = new OpenStreams(settings.perCaller());
		this.organizations = new OpenStreams(settings.perOrganization());
		for (Kind kind : Kind.values()) {
			AtomicInteger count = new AtomicInteger();
			this.open.put(kind, count);
			Gauge.builder("billwright.gateway.streams", count, AtomicInteger::get)
					.description("Streams that are open")
					.tag("kind", kind.tag())
					.register(meters);
		}
	}

	/// Does what a stream does, while its caller has not too many of them. Cold; fails with [TooManyStreams], and with
	/// `Unavailable` when there are too many in all.
	///
	/// @param stream is told by the publisher that it is given when, and why, it has to end
	public Mono<Void> within(ServerWebExchange exchange, Kind kind, Function<Mono<Ending>, Mono<Void>> stream) {
		return Mono.using(() -> enter(exchange, kind), (place) -> stream.apply(ending(exchange)), this::leave);
	}

	/// What a service says, as long as it may.
	///
	/// @param service the connection to it, on which another patience than for other answers holds from now on
	/// @param ending when it has to end
	public <T> Flux<T> bounded(Flux<T> said, Kind kind, Connection service, Mono<Ending> ending) {
		service.replaceHandler(NettyPipeline.ResponseTimeoutHandler,
				new ReadTimeoutHandler(this.settings.idle().toMillis(), TimeUnit.MILLISECONDS));
		Flux<T> heard = said.doOnError(ReadTimeoutException.class, (silence) -> count(Ending.IDLE));
		return (kind == Kind.LINES)
				? heard.takeUntilOther(ending.flatMap((reason) -> Mono.error(new BrokenOff(reason))))
				: heard.onErrorComplete(ReadTimeoutException.class).takeUntilOther(ending);
	}

	/// Closes a connection when whoever is at its other end does not read.
	public void watch(Connection connection) {
		connection.addHandlerLast(STALLED,
				new WriteTimeoutHandler(this.settings.stalled().toMillis(), TimeUnit.MILLISECONDS) {

					@Override
					protected void writeTimedOut(ChannelHandlerContext context) throws Exception {
						count(Ending.STALLED);
						super.writeTimedOut(context);
					}

				});
	}

	/// Counts a stream that the gateway ends.
	public void count(Ending ending) {
		Counter.builder("billwright.gateway.streams.ended")
				.description("Streams that the gateway has ended")
				.tag("by", ending.tag())
				.register(this.meters)
				.increment();
	}

	/// How long nothing may pass.
	public Duration idle() {
		return this.settings.idle();
	}

	/// The largest frame of a WebSocket, in bytes.
	public int frame() {
		return Math.toIntExact(this.settings.frame().toBytes());
	}

	/// The largest message of a WebSocket, in bytes.
	public long message() {
		return this.settings.message().toBytes();
	}

	@Override
	public void start() {
		this.farewell = Sinks.empty();
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.farewell.tryEmitEmpty();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/// After the balancer has been told, and before the listeners wait for what is under way.
	@Override
	public int getPhase() {
		return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;
	}

	private Mono<Ending> ending(ServerWebExchange exchange) {
		return Mono.firstWithSignal(Mono.delay(this.settings.duration()).thenReturn(Ending.DURATION),
				this.farewell.asMono().then(Mono.defer(this::moment)).thenReturn(Ending.FAREWELL),
				disowned(exchange).thenReturn(Ending.CREDENTIAL)).doOnNext(this::count);
	}

	/// Clients that are sent away together do not come back together.
	private Mono<Long> moment() {
		return Mono
				.delay(Duration.ofNanos(ThreadLocalRandom.current().nextLong(this.settings.farewell().toNanos() + 1)));
	}

	/// Completes when the credential does not count any more. One that cannot be checked is looked at again.
	private Mono<Void> disowned(ServerWebExchange exchange) {
		if (!isSomebody(exchange)) {
			return Mono.never();
		}
		Credential credential = Credential.of(exchange.getRequest());
		return Flux.interval(this.settings.recheck())
				.onBackpressureDrop()
				.concatMap((tick) -> this.credentials.confirm(credential)
						.onErrorComplete((failure) -> !(failure instanceof AccessFailure)))
				.then()
				.onErrorComplete(AccessFailure.class);
	}

	private static boolean isSomebody(ServerWebExchange exchange) {
		return exchange.getAttribute(Principal.ATTRIBUTE) instanceof Principal principal
				&& !principal.subject().equals(Principal.ANONYMOUS.subject());
	}

	private Place enter(ServerWebExchange exchange, Kind kind) {
		Place place = new Place(kind, caller(exchange), organization(exchange));
		if (this.all.incrementAndGet() > this.settings.total()) {
			this.all.decrementAndGet();
			refuse("total");
			throw new Unavailable("overloaded", "No more streams can be opened at the moment. Try again.", AGAIN);
		}
		if (!this.callers.enter(place.caller)) {
			this.all.decrementAndGet();
			refuse("caller");
			throw new TooManyStreams("caller", this.settings.perCaller());
		}
		if (place.organization != null && !this.organizations.enter(place.organization)) {
			this.all.decrementAndGet();
			this.callers.leave(place.caller);
			refuse("organization");
			throw new TooManyStreams("organization", this.settings.perOrganization());
		}
		of(kind).incrementAndGet();
		exchange.getAttributes().put(AccessLog.STREAM, System.nanoTime());
		return place;
	}

	private void leave(Place place) {
		of(place.kind).decrementAndGet();
		if (place.organization != null) {
			this.organizations.leave(place.organization);
		}
		this.callers.leave(place.caller);
		this.all.decrementAndGet();
	}

	private AtomicInteger of(Kind kind) {
		return Objects.requireNonNull(this.open.get(kind));
	}

	private void refuse(String by) {
		Counter.builder("billwright.gateway.streams.refused")
				.description("Streams that were not opened because there were too many")
				.tag("by", by)
				.register(this.meters)
				.increment();
	}

	private String caller(ServerWebExchange exchange) {
		return (isSomebody(exchange) && exchange.getAttribute(Principal.ATTRIBUTE) instanceof Principal principal)
				? principal.subject()
				: this.clients.limitKey(exchange.getRequest());
	}

	private static @Nullable String organization(ServerWebExchange exchange) {
		return (exchange.getAttribute(Principal.ATTRIBUTE) instanceof Principal principal)
				? principal.organization()
				: null;
	}

	private record Place(Kind kind, String caller, @Nullable String organization) {}

	/// Cuts the connection: what is incomplete must not look complete.
	private static final class BrokenOff extends RuntimeException {

		BrokenOff(Ending reason) {
			super("The stream was ended: " + reason.tag(), null, false, false);
		}

	}

}
