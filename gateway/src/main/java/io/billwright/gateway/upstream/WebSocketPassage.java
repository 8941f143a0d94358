package io.billwright.gateway.upstream;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.http.client.WebsocketClientSpec;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;
import reactor.netty.http.websocket.WebsocketSpec;

import io.billwright.gateway.cors.OriginNotAllowed;
import io.billwright.gateway.stream.Ending;
import io.billwright.gateway.stream.Kind;
import io.billwright.gateway.stream.Streams;

/// The way of one WebSocket (RFC 6455): a connection to its service, then one to its client, and the frames of each pass to
/// the other as they are, pings too. What one side says when it closes is told to the other. Extensions are not passed on:
/// both connections would have to agree on them.
///
/// It is opened once: whoever wants it again asks again.
final class WebSocketPassage {

	private static final String VERSION = "13";

	/// How long a side may take to hear that it is over; then its connection is cut.
	private static final Duration LAST_WORD = Duration.ofSeconds(5);

	/// Frames that are read before the last one has been sent.
	private static final int AHEAD = 32;

	private final ServerWebExchange exchange;

	private final Service service;

	private final HttpHeaders sent;

	private final @Nullable String protocols;

	private final Streams streams;

	private final String scheme;

	private final Sinks.One<End> atService = Sinks.one();

	private final Sinks.One<End> atClient = Sinks.one();

	private final Sinks.One<Ending> inside = Sinks.one();

	private final Sinks.Empty<Void> serviceOver = Sinks.empty();

	private final Sinks.Empty<Void> over = Sinks.empty();

	private final AtomicBoolean judged = new AtomicBoolean();

	private volatile boolean accepted;

	WebSocketPassage(ServerWebExchange exchange, Service service, PassedHeaders headers, Streams streams) {
		this.exchange = exchange;
		this.service = service;
		this.streams = streams;
		this.sent = headers.toService(exchange);
		this.scheme = String.valueOf(this.sent.get("X-Forwarded-Proto"));
		this.protocols = this.sent.get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
		this.sent.remove(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)
				.remove(HttpHeaderNames.SEC_WEBSOCKET_KEY)
				.remove(HttpHeaderNames.SEC_WEBSOCKET_VERSION)
				.remove(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS);
	}

	static boolean isWanted(ServerHttpRequest request) {
		return HttpMethod.GET.equals(request.getMethod())
				&& "websocket".equalsIgnoreCase(request.getHeaders().getUpgrade());
	}

	/// Cold; completes when the WebSocket has been closed.
	Mono<Void> begin() {
		if (!isWellFormed()) {
			this.exchange.getResponse().getHeaders().set("Sec-WebSocket-Version", VERSION);
			return Mono.error(() -> new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"A WebSocket is opened with version 13 and a key."));
		}
		if (isForeign()) {
			return Mono.error(OriginNotAllowed::new);
		}
		return this.streams.within(this.exchange, Kind.WEBSOCKET, this::open);
	}

	private boolean isWellFormed() {
		var headers = this.exchange.getRequest().getHeaders();
		return VERSION.equals(headers.getFirst("Sec-WebSocket-Version"))
				&& headers.getFirst("Sec-WebSocket-Key") != null;
	}

	/// A browser asks nobody before it opens a WebSocket of another origin's page, with the user's session.
	private boolean isForeign() {
		var headers = this.exchange.getRequest().getHeaders();
		String origin = headers.getOrigin();
		return origin != null && !origin.equalsIgnoreCase(this.scheme + "://" + headers.getFirst("Host"))
				&& this.exchange.getResponse().getHeaders().getAccessControlAllowOrigin() == null;
	}

	private Mono<Void> open(Mono<Ending> ending) {
		if (!this.service.breaker().tryAcquirePermission()) {
			return Mono.error(this.service.unavailable(null));
		}
		Mono<Void> passage = this.atService.asMono()
				.timeout(this.service.settings().responseTimeout())
				.onErrorMap(TimeoutException.class, this::silent)
				.flatMap((service) -> Mono.when(passToClient(service),
						accept(service).flatMap((client) -> join(client, service, ending))));
		return Mono.when(connect(), passage).doFinally((signal) -> {
			if (this.judged.compareAndSet(false, true)) {
				this.service.breaker().releasePermission();
			}
		});
	}

	/// Completes when the connection to the service has ended.
	private Mono<Void> connect() {
		long begun = System.nanoTime();
		Instance instance = this.service.fleet().instances().choose(null);
		instance.begin();
		URI uri = this.exchange.getRequest().getURI();
		return instance.client()
				.headers((headers) -> headers.setAll(this.sent))
				.websocket(spec(WebsocketClientSpec.builder(), this.protocols).build())
				.uri((uri.getRawQuery() != null) ? uri.getRawPath() + '?' + uri.getRawQuery() : uri.getRawPath())
				.handle((in, out) -> {
					this.accepted = true;
					this.service.fleet().instances().answered(instance, false);
					succeed(begun);
					this.atService.tryEmitValue(new End(in, out)).orThrow();
					return this.over.asMono();
				})
				.then()
				.onErrorResume(
						(failure) -> this.accepted ? Mono.empty() : Mono.error(refused(instance, failure, begun)))
				.doFinally((signal) -> instance.end());
	}

	private void succeed(long begun) {
		if (this.judged.compareAndSet(false, true)) {
			this.service.breaker().onSuccess(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
		}
	}

	private RuntimeException refused(Instance instance, Throwable failure, long begun) {
		if (failure instanceof WebSocketClientHandshakeException refusal && refusal.response() != null) {
			this.service.fleet().instances().answered(instance, false);
			succeed(begun);
			HttpStatusCode status = HttpStatusCode.valueOf(refusal.response().status().code());
			return new ResponseStatusException(status.is4xxClientError() ? status : HttpStatus.BAD_GATEWAY,
					"The service opens no WebSocket here.");
		}
		if (UpstreamTrouble.of(failure).isSilence()) {
			this.service.fleet().instances().unanswered(instance);
		}
		if (this.judged.compareAndSet(false, true)) {
			this.service.breaker().onError(System.nanoTime() - begun, TimeUnit.NANOSECONDS, failure);
		}
		return this.service.unavailable(failure);
	}

	private RuntimeException silent(Throwable failure) {
		return new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT, "The service did not answer in time.", failure);
	}

	/// Shakes hands on the client's own event loop: Reactor Netty would lose what the client says in answer to the
	/// handshake before another thread has put the WebSocket into the place of the request.
	private Mono<End> accept(End service) {
		ServerHttpResponse response = this.exchange.getResponse();
		HttpServerResponse answer = ServerHttpResponseDecorator.getNativeResponse(response);
		WebsocketServerSpec spec = spec(WebsocketServerSpec.builder(), service.in().selectedSubprotocol()).build();
		response.setStatusCode(HttpStatus.SWITCHING_PROTOCOLS);
		Mono<Void> handshake = Mono.defer(() -> answer.sendWebsocket((in, out) -> {
			this.atClient.tryEmitValue(new End(in, out)).orThrow();
			return this.over.asMono();
		}, spec)).subscribeOn(Schedulers.fromExecutor(((Connection) answer).channel().eventLoop()));
		return response.setComplete().then(handshake).then(this.atClient.asMono());
	}

	private <S extends WebsocketSpec.Builder<S>> S spec(S builder, @Nullable String protocols) {
		S spec = builder.maxFramePayloadLength(this.streams.frame()).handlePing(true);
		return (protocols != null) ? spec.protocols(protocols) : spec;
	}

	private Mono<Void> join(End client, End service, Mono<Ending> ending) {
		client.in().withConnection(this.streams::watch);
		service.in().withConnection(this.streams::watch);
		Mono<Void> toService = service.out()
				.sendObject(frames(client.in()), (frame) -> true)
				.then()
				.onErrorComplete()
				.then(status(client.in()))
				.flatMap((status) -> close(service.out(), status));
		Mono<Void> passing = Mono.when(toService, this.serviceOver.asMono())
				.doFinally((signal) -> this.over.tryEmitEmpty());
		Mono<Void> limit = Mono.firstWithSignal(ending, inside(client.in()))
				.takeUntilOther(this.over.asMono())
				.map(Ending::status)
				.flatMap((status) -> Mono.when(close(client.out(), status), close(service.out(), status)));
		return Mono.when(passing, limit);
	}

	/// Listens to the service from its first word on, although the client is not there yet: what it says would be lost if it
	/// then closed.
	private Mono<Void> passToClient(End service) {
		Mono<End> client = this.atClient.asMono();
		return frames(service.in())
				.switchOnFirst(
						(first, all) -> client.flatMap((end) -> end.out().sendObject(all, (frame) -> true).then()))
				.then()
				.onErrorComplete()
				.then(status(service.in()))
				.flatMap((status) -> client.flatMap((end) -> close(end.out(), status)))
				.doFinally((signal) -> this.serviceOver.tryEmitEmpty());
	}

	/// Never cancelled, even when they can go nowhere any more: whoever is no longer listened to would be told, and by nobody,
	/// that it is over before it is told why. So some may be dropped, and none may need to be released.
	private Flux<WebSocketFrame> frames(WebsocketInbound from) {
		Messages messages = new Messages(this.streams.message(), () -> this.inside.tryEmitValue(Ending.TOO_LARGE));
		return from.receiveFrames().<WebSocketFrame>handle((frame, passed) -> {
			if (messages.admit(frame)) {
				passed.next(frame.replace(Unpooled.copiedBuffer(frame.content())));
			}
		}).publish(AHEAD).autoConnect();
	}

	/// How it was closed, once it has been.
	private static Mono<WebSocketCloseStatus> status(WebsocketInbound from) {
		return from.receiveCloseStatus()
				.onErrorComplete()
				.defaultIfEmpty(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE);
	}

	/// Why it has to end, as its own frames, or their absence, show.
	private Mono<Ending> inside(WebsocketInbound client) {
		client.withConnection((connection) -> connection.addHandlerLast(
				new IdleStateHandler(0, 0, this.streams.idle().toMillis(), TimeUnit.MILLISECONDS) {

					@Override
					protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
						WebSocketPassage.this.inside.tryEmitValue(Ending.IDLE);
					}

				}));
		return this.inside.asMono().doOnNext(this.streams::count);
	}

	/// RFC 6455 section 7.4.1: some codes say that there was no close frame or nothing in it, and are never in one. A
	/// connection that is gone already needs none, and one that does not take it is cut.
	private static Mono<Void> close(WebsocketOutbound to, WebSocketCloseStatus status) {
		WebSocketCloseStatus gone = WebSocketCloseStatus.ENDPOINT_UNAVAILABLE;
		Mono<Void> closed = WebSocketCloseStatus.EMPTY.equals(status)
				? to.sendClose()
				: WebSocketCloseStatus.isValidStatusCode(status.code())
						? to.sendClose(status.code(), status.reasonText())
						: to.sendClose(gone.code(), gone.reasonText());
		return closed.timeout(LAST_WORD)
				.doOnError(TimeoutException.class, (deaf) -> to.withConnection(Connection::dispose))
				.onErrorComplete();
	}

	/// Adds up the frames of each message. Frames of control may come between them, and do not count. After one that is too
	/// large nothing passes.
	private static final class Messages {

		private final long most;

		private final Runnable exceeded;

		private long size;

		Messages(long most, Runnable exceeded) {
			this.most = most;
			this.exceeded = exceeded;
		}

		boolean admit(WebSocketFrame frame) {
			if (this.size > this.most) {
				return false;
			}
			if (!(frame instanceof PingWebSocketFrame) && !(frame instanceof PongWebSocketFrame)) {
				int length = frame.content().readableBytes();
				this.size = (frame instanceof ContinuationWebSocketFrame) ? this.size + length : length;
			}
			if (this.size > this.most) {
				this.exceeded.run();
			}
			return this.size <= this.most;
		}

	}

	private record End(WebsocketInbound in, WebsocketOutbound out) {}

}
