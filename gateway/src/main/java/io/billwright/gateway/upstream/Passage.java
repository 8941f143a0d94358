package io.billwright.gateway.upstream;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.netty.ByteBufFlux;
import reactor.netty.Connection;
import reactor.netty.NettyOutbound;
import reactor.netty.http.client.HttpClientRequest;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.http.server.HttpServerResponse;

import io.billwright.gateway.cache.Origin.Reception;
import io.billwright.gateway.edge.AccessLog;
import io.billwright.gateway.limit.ToldCost;
import io.billwright.gateway.passport.Principal;
import io.billwright.gateway.stream.Ending;
import io.billwright.gateway.stream.Kind;
import io.billwright.gateway.stream.Streams;
import io.billwright.platform.deadline.Deadline;

/// The way of one request to a service and of its answer back.
///
/// A request that got no answer is sent once more, at the most as often as the settings and the service's budget allow, in
/// two cases: nothing of it was sent; or it may have been seen, but seeing it twice does no harm, because its method is
/// idempotent (RFC 9110 section 9.2.2) or it carries an `Idempotency-Key`. Never after the first byte of an answer has
/// come, and never after silence: the time is up then.
///
/// It counts among the service's requests from when the service has all of it until its answer begins: while a client sends
/// or reads slowly the service has nothing to do.
final class Passage {

	private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS");

	/// An answer of up to so many bytes is written at once, head and body together.
	private static final int SMALL = 64 * 1024;

	private static final String TRANSFER_ENCODING = "Transfer-Encoding";

	private static final String X_FORWARDED_FOR = "X-Forwarded-For";

	private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

	private static final Set<Integer> FAILED = Set.of(500, 502, 503);

	private final ServerWebExchange exchange;

	private final Service service;

	private final CircuitBreaker group;

	private final PassedHeaders headers;

	private final Streams streams;

	private final @Nullable Reception reception;

	private final String method;

	private final String target;

	private final HttpHeaders sent;

	private final boolean hasBody;

	private final boolean repeatable;

	private final long begun = System.nanoTime();

	private final AtomicReference<@Nullable Instance> held = new AtomicReference<>();

	private final AtomicBoolean judged = new AtomicBoolean();

	private final AtomicBoolean inside = new AtomicBoolean();

	private final boolean triesNew;

	private Fleet fleet;

	private @Nullable DataBuffer kept;

	private int attempts;

	private volatile long sentAt;

	private volatile boolean bodyTaken;

	private volatile boolean answered;

	private volatile boolean over;

	/// @param sent what the service is sent
	/// @param reception of the answer, where the client does not simply get it
	Passage(ServerWebExchange exchange, Service service, CircuitBreaker group, HttpHeaders sent, PassedHeaders headers,
			Streams streams, @Nullable Reception reception) {
		ServerHttpRequest request = exchange.getRequest();
		this.exchange = exchange;
		this.service = service;
		this.group = group;
		this.headers = headers;
		this.streams = streams;
		this.method = request.getMethod().name();
		this.target = target(request.getURI());
		this.reception = reception;
		this.sent = sent;
		this.hasBody = hasBody(request);
		this.repeatable = IDEMPOTENT.contains(this.method) || this.sent.contains(IDEMPOTENCY_KEY);
		Canary canary = service.canary();
		if (canary != null && canary.takes(this.sent.get(canary.header()), caller())) {
			canary.requests().increment();
			this.triesNew = true;
			this.fleet = canary.fleet();
		}
		else {
			this.triesNew = false;
			this.fleet = service.fleet();
		}
	}

	/// Who is known by nothing else is known by an address.
	private String caller() {
		String principal = this.exchange.getAttribute(AccessLog.PRINCIPAL);
		return (principal == null || Principal.ANONYMOUS.subject().equals(principal))
				? String.valueOf(this.sent.get(X_FORWARDED_FOR))
				: principal;
	}

	/// Cold; completes when the answer has been written.
	Mono<Void> begin() {
		this.service.budget().deposit();
		Mono<Void> way = isWorthKeeping() ? keepBody().then(Mono.defer(() -> send(null))) : send(null);
		return way.doFinally(this::end);
	}

	/// As the client wrote it, and as it was checked when it came in.
	private static String target(URI uri) {
		String query = uri.getRawQuery();
		return (query != null) ? uri.getRawPath() + '?' + query : uri.getRawPath();
	}

	private static boolean hasBody(ServerHttpRequest request) {
		var headers = request.getHeaders();
		return headers.containsHeader(TRANSFER_ENCODING) || headers.getContentLength() > 0;
	}

	private boolean isWorthKeeping() {
		long length = this.exchange.getRequest().getHeaders().getContentLength();
		return this.repeatable && length > 0 && length <= this.service.settings().retry().body().toBytes();
	}

	private Mono<Void> keepBody() {
		return DataBufferUtils.join(this.exchange.getRequest().getBody())
				.doOnNext((body) -> this.kept = body)
				.then();
	}

	private Mono<Void> send(@Nullable Instance failed) {
		Instance instance = this.fleet.instances().choose(failed);
		this.attempts++;
		this.held.set(instance);
		instance.begin();
		if (!this.hasBody || this.kept != null) {
			enter();
		}
		if (this.over) {
			letGo();
		}
		return instance.sender(this.method, loop())
				.uri(this.target)
				.send(this::write)
				.response(this::answer)
				.then()
				.onErrorResume((failure) -> failed(instance, failure));
	}

	/// Where the client's connection is served.
	private EventLoop loop() {
		Connection client = ServerHttpRequestDecorator.getNativeRequest(this.exchange.getRequest());
		return client.channel().eventLoop();
	}

	private Publisher<Void> write(HttpClientRequest request, NettyOutbound outbound) {
		HttpHeaders headers = request.requestHeaders();
		headers.setAll(this.sent);
		if (this.exchange.getAttribute(Deadline.ATTRIBUTE) instanceof Deadline deadline) {
			headers.set(Deadline.HEADER, deadline.header());
		}
		this.sentAt = System.nanoTime();
		if (!this.hasBody) {
			return outbound;
		}
		if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
			headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
		}
		DataBuffer body = this.kept;
		return (body != null)
				? outbound.send(Mono.fromSupplier(() -> NettyDataBufferFactory.toByteBuf(body).retainedDuplicate()))
				: outbound.send(body());
	}

	private Flux<ByteBuf> body() {
		return this.exchange.getRequest()
				.getBody()
				.doFirst(() -> this.bodyTaken = true)
				.map(NettyDataBufferFactory::toByteBuf)
				.doOnComplete(() -> {
					this.sentAt = System.nanoTime();
					enter();
				});
	}

	private Publisher<Void> answer(HttpClientResponse answer, ByteBufFlux content) {
		int status = answer.status().code();
		Instance instance = this.held.get();
		leave(true);
		if (instance != null) {
			this.fleet.instances().answered(instance, FAILED.contains(status));
			if (answer.responseHeaders().contains(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true)) {
				this.fleet.instances().leaving(instance);
			}
			if (status == HttpStatus.SERVICE_UNAVAILABLE.value() && mayRepeat(instance, UpstreamTrouble.REFUSED)) {
				return Mono.error(UpstreamTrouble.Refused::new);
			}
		}
		this.answered = true;
		judge(UpstreamTrouble.NONE, null);
		return (this.reception != null)
				? this.reception.receive(status, PassedHeaders.toCache(answer.responseHeaders()), content,
						(body) -> pass(answer, ByteBufFlux.fromInbound(body)))
				: pass(answer, content);
	}

	private Mono<Void> pass(HttpClientResponse answer, ByteBufFlux content) {
		Kind kind = Kind.of(answer.responseHeaders().get(HttpHeaderNames.CONTENT_TYPE));
		return (kind != null && answer instanceof Connection connection)
				? this.streams.within(this.exchange, kind,
						(ending) -> stream(answer, content, kind, connection, ending))
				: tell(answer, content);
	}

	private Mono<Void> tell(HttpClientResponse answer, ByteBufFlux content) {
		ServerHttpResponse response = head(answer);
		NettyDataBufferFactory buffers = (NettyDataBufferFactory) response.bufferFactory();
		return (answer.responseHeaders().getInt(HttpHeaderNames.CONTENT_LENGTH, Integer.MAX_VALUE) <= SMALL)
				? response.writeWith(whole(content).map(buffers::wrap))
				: response.writeWith(content.retain().map(buffers::wrap));
	}

	/// What has been heard when the client leaves is let go. Nothing is left to be let go by whoever is behind, who would have
	/// to say so in the context.
	private static Mono<ByteBuf> whole(ByteBufFlux content) {
		Queue<ByteBuf> parts = new ArrayDeque<>(2);
		return content.doOnNext((part) -> parts.add(part.retain()))
				.then(Mono.fromSupplier(() -> join(parts)))
				.doFinally((end) -> parts.forEach(ByteBuf::release));
	}

	private static ByteBuf join(Queue<ByteBuf> parts) {
		ByteBuf whole = (parts.size() == 1)
				? parts.element()
				: Unpooled.wrappedBuffer(parts.toArray(ByteBuf[]::new));
		parts.clear();
		return whole;
	}

	/// What is empty at the beginning sends the head, which says to the client that the stream is open.
	private Mono<Void> stream(HttpClientResponse answer, ByteBufFlux content, Kind kind, Connection connection,
			Mono<Ending> ending) {
		ServerHttpResponse response = head(answer);
		NettyDataBufferFactory buffers = (NettyDataBufferFactory) response.bufferFactory();
		ServerHttpResponseDecorator.<HttpServerResponse>getNativeResponse(response)
				.withConnection(this.streams::watch);
		Flux<DataBuffer> body = content.retain().map(buffers::wrap);
		return response.writeAndFlushWith(this.streams.bounded(body, kind, connection, ending)
				.startWith(Mono.fromSupplier(() -> buffers.allocateBuffer(0)))
				.map(Flux::just));
	}

	private ServerHttpResponse head(HttpClientResponse answer) {
		ServerHttpResponse response = this.exchange.getResponse();
		response.setRawStatusCode(answer.status().code());
		ToldCost.read(answer.responseHeaders(), this.exchange);
		this.headers.toClient(answer.responseHeaders(), response);
		return response;
	}

	private static RuntimeException brokenOff(Throwable cause) {
		return new ResponseStatusException(HttpStatus.BAD_GATEWAY,
				"The answer of the service broke off. Whether it did what was asked is not known.", cause);
	}

	private Mono<Void> failed(Instance instance, Throwable failure) {
		UpstreamTrouble trouble = UpstreamTrouble.of(failure);
		leave(trouble == UpstreamTrouble.SILENT);
		letGo();
		if (this.answered || trouble == UpstreamTrouble.NONE) {
			return Mono.error(() -> trouble.isSilence() ? brokenOff(failure) : failure);
		}
		if (trouble.isSilence()) {
			this.fleet.instances().unanswered(instance);
		}
		if (trouble == UpstreamTrouble.REFUSED || mayRepeat(instance, trouble)) {
			this.service.retries().increment();
			boolean elsewhere = hasOther(instance);
			// What the new version cannot do the old one can.
			this.fleet = this.service.fleet();
			return elsewhere
					? send(instance)
					: Mono.delay(pause()).then(Mono.defer(() -> send(instance)));
		}
		judge(trouble, failure);
		return Mono.error(() -> (trouble == UpstreamTrouble.SILENT) ? silence() : this.service.unavailable(failure));
	}

	private boolean mayRepeat(Instance instance, UpstreamTrouble trouble) {
		boolean harmless = switch (trouble) {
			case UNSENT -> true;
			case LOST -> this.repeatable;
			case REFUSED -> this.repeatable && hasOther(instance);
			case CROWDED, SILENT, NONE -> false;
		};
		return harmless && !this.bodyTaken && this.attempts < this.service.settings().retry().attempts()
				&& this.service.budget().withdraw();
	}

	private boolean hasOther(Instance instance) {
		return (this.triesNew && this.attempts == 1) || this.fleet.instances().hasOther(instance);
	}

	/// Full jitter: retries of many requests that failed together do not come back together.
	private Duration pause() {
		long most = this.service.settings().retry().backoff().toNanos() << (this.attempts - 1);
		return Duration.ofNanos(ThreadLocalRandom.current().nextLong(most + 1));
	}

	private static RuntimeException silence() {
		return new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT,
				"The service did not answer in time. Whether it did what was asked is not known.");
	}

	/// Tells the circuit breakers, once, how the service has done. Silence says something of what was asked; where no
	/// connection is to be had, or it is lost, it is the service.
	private void judge(UpstreamTrouble trouble, @Nullable Throwable failure) {
		if (!this.judged.compareAndSet(false, true)) {
			return;
		}
		long duration = System.nanoTime() - this.begun;
		if (failure == null) {
			this.group.onSuccess(duration, TimeUnit.NANOSECONDS);
			this.service.breaker().onSuccess(duration, TimeUnit.NANOSECONDS);
			return;
		}
		CircuitBreaker blamed = (trouble == UpstreamTrouble.SILENT) ? this.group : this.service.breaker();
		CircuitBreaker other = (trouble == UpstreamTrouble.SILENT) ? this.service.breaker() : this.group;
		blamed.onError(duration, TimeUnit.NANOSECONDS, failure);
		other.releasePermission();
	}

	private void enter() {
		if (this.inside.compareAndSet(false, true)) {
			this.service.limit().enter();
		}
		if (this.over) {
			letGo();
		}
	}

	/// @param heard whether how long it took says something of the service
	private void leave(boolean heard) {
		if (!this.inside.compareAndSet(true, false)) {
			return;
		}
		if (heard) {
			this.service.limit().leave(System.nanoTime() - this.sentAt);
		}
		else {
			this.service.limit().leave();
		}
	}

	private void letGo() {
		leave(false);
		Instance instance = this.held.getAndSet(null);
		if (instance != null) {
			instance.end();
		}
	}

	/// Whatever the end: answered, failed, or left by the client, which is nobody's fault.
	private void end(SignalType signal) {
		this.over = true;
		letGo();
		if (this.judged.compareAndSet(false, true)) {
			this.group.releasePermission();
			this.service.breaker().releasePermission();
		}
		DataBufferUtils.release(this.kept);
	}

}
