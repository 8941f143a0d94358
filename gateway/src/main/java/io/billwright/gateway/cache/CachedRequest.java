package io.billwright.gateway.cache;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.server.HttpServerResponse;

import io.billwright.gateway.cache.Answers.Flight;
import io.billwright.gateway.cache.Kept.Stored;
import io.billwright.gateway.cache.Kept.Unstorable;
import io.billwright.gateway.passport.Principal;
import io.billwright.platform.deadline.Deadline;
import io.billwright.platform.failure.Unavailable;

/// One request on its way through the cache.
final class CachedRequest {

	private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

	/// What it takes for an answer that is over to stand for one of its service (RFC 5861 section 4).
	private static final Set<Integer> ERRORS = Set.of(500, 502, 503, 504);

	private static final List<AsciiString> CONDITIONS = List.of(HttpHeaderNames.IF_NONE_MATCH,
			HttpHeaderNames.IF_MODIFIED_SINCE);

	private static final String STATUS = "Cache-Status";

	private static final Duration AGAIN = Duration.ofSeconds(1);

	/// Who asks twice in vain for others to answer asks itself.
	private static final int FLIGHTS = 2;

	private final SharedCache cache;

	private final ServerWebExchange exchange;

	private final String prefix;

	private final HttpHeaders sent;

	private final Origin origin;

	private final Principal principal;

	private final Key address;

	private final Directives wanted;

	private final boolean isHead;

	private int flights;

	CachedRequest(SharedCache cache, ServerWebExchange exchange, String prefix, HttpHeaders sent, Origin origin) {
		this.cache = cache;
		this.exchange = exchange;
		this.prefix = prefix;
		this.sent = sent;
		this.origin = origin;
		this.principal = Objects.requireNonNullElse(exchange.getAttribute(Principal.ATTRIBUTE), Principal.ANONYMOUS);
		var uri = exchange.getRequest().getURI();
		this.address = Key.of(this.principal, exchange.getRequest().getHeaders().getFirst("Billwright-Mode"),
				(uri.getRawQuery() != null) ? uri.getRawPath() + '?' + uri.getRawQuery() : uri.getRawPath());
		this.wanted = wanted(sent);
		this.isHead = HttpMethod.HEAD.equals(exchange.getRequest().getMethod());
	}

	/// RFC 9111 section 5.4: `Pragma` says something only where `Cache-Control` says nothing.
	private static Directives wanted(HttpHeaders sent) {
		return (sent.contains(HttpHeaderNames.CACHE_CONTROL) || !sent.contains(HttpHeaderNames.PRAGMA))
				? Directives.of(sent, HttpHeaderNames.CACHE_CONTROL)
				: Directives.of(sent, HttpHeaderNames.PRAGMA);
	}

	Mono<Void> begin() {
		HttpMethod method = this.exchange.getRequest().getMethod();
		if (!SAFE.contains(method)) {
			return change();
		}
		if (HttpMethod.OPTIONS.equals(method) || !this.cache.isHearing() || this.wanted.has("no-store")
				|| this.sent.contains(HttpHeaderNames.RANGE) || this.sent.contains(HttpHeaderNames.IF_MATCH)
				|| this.sent.contains(HttpHeaderNames.IF_UNMODIFIED_SINCE)) {
			return ask("fwd=bypass", Outcome.BYPASS);
		}
		return read();
	}

	private Mono<Void> read() {
		Key key = key();
		Kept kept = this.cache.answers().find(key);
		Stored stored = (kept instanceof Stored found) ? found : null;
		long now = System.nanoTime();
		if (stored != null && isGoodEnough(stored, now)) {
			return answer(stored, "hit; ttl=" + (stored.lifetime() - stored.age(now)), Outcome.HIT);
		}
		if (this.wanted.has("only-if-cached")) {
			return Mono.error(() -> new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT,
					"Nothing is kept that would do, and the service was not to be asked (only-if-cached)."));
		}
		if (this.isHead) {
			return ask((stored != null) ? "fwd=stale" : "fwd=uri-miss", Outcome.MISS);
		}
		if (stored != null && !isImpatient()
				&& stored.mayBeStale(now, stored.directives().seconds("stale-while-revalidate"))) {
			refresh(key, stored);
			return answer(stored,
					"hit; ttl=" + (stored.lifetime() - stored.age(now)) + "; detail=stale-while-revalidate",
					Outcome.STALE);
		}
		return (kept instanceof Unstorable) ? ask("fwd=uri-miss", Outcome.MISS) : fetch(key, stored);
	}

	private Key key() {
		return this.cache.answers().key(this.address, this.sent, caller());
	}

	private String caller() {
		return this.principal.subject() + ' ' + this.principal.session();
	}

	/// RFC 9111 section 5.2.1.
	private boolean isGoodEnough(Stored stored, long now) {
		if (this.wanted.has("no-cache")) {
			return false;
		}
		long age = stored.age(now);
		long oldest = this.wanted.seconds("max-age");
		if (oldest != Directives.ABSENT && age > oldest) {
			return false;
		}
		long left = stored.lifetime() - age;
		if (left > 0) {
			return left >= this.wanted.seconds("min-fresh");
		}
		return this.wanted.has("max-stale") && !this.wanted.has("min-fresh")
				&& stored.mayBeStale(now, "".equals(this.wanted.values().get("max-stale"))
						? Integer.MAX_VALUE
						: this.wanted.seconds("max-stale"));
	}

	/// Wants nothing that is not of its service's own making now.
	private boolean isImpatient() {
		return this.wanted.has("no-cache") || this.wanted.has("max-age") || this.wanted.has("min-fresh");
	}

	/// Lets the service answer, and keeps nothing.
	private Mono<Void> ask(String status, Outcome outcome) {
		this.cache.count(outcome);
		tell(status);
		return this.origin.ask(this.sent, null);
	}

	/// One asks, and whoever else wants to know the same waits for the answer.
	private Mono<Void> fetch(Key key, @Nullable Stored stale) {
		Flight flight = new Flight();
		Flight other = this.cache.answers().join(key, flight);
		if (other == null) {
			return lead(key, flight, stale);
		}
		if (this.flights++ >= FLIGHTS || !other.board(this.cache.settings().waiters())) {
			return ask("fwd=" + reason(stale), Outcome.MISS);
		}
		return other.landed()
				.asMono()
				.timeout(this.cache.settings().patience())
				.onErrorComplete(TimeoutException.class)
				.then(Mono.defer(() -> follow(other, stale)));
	}

	private Mono<Void> follow(Flight other, @Nullable Stored stale) {
		if (other.isAbandoned()) {
			return read();
		}
		Kept kept = this.cache.answers().find(key());
		return (kept instanceof Stored stored && isGoodEnough(stored, System.nanoTime()))
				? answer(stored, "fwd=" + reason(stale) + "; collapsed", Outcome.COLLAPSED)
				: ask("fwd=" + reason(stale), Outcome.MISS);
	}

	private Mono<Void> lead(Key key, Flight flight, @Nullable Stored stale) {
		long requestedAt = System.nanoTime();
		return this.origin
				.ask(conditional(stale),
						(status, told, body, toClient) -> received(key, stale, requestedAt, status, told, body,
								toClient))
				.onErrorResume((failure) -> isStandIn(stale, failure),
						(failure) -> answer(Objects.requireNonNull(stale), "fwd=stale; detail=stale-if-error",
								Outcome.STALE_ON_ERROR))
				.doFinally((signal) -> this.cache.answers().land(key, flight, signal == SignalType.CANCEL));
	}

	/// Asks anew for what is being given out, unless somebody does already.
	@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it
	private void refresh(Key key, Stored stale) {
		Flight flight = new Flight();
		if (!this.cache.background().tryAcquire()) {
			return;
		}
		if (this.cache.answers().join(key, flight) != null) {
			this.cache.background().release();
			return;
		}
		// How long the client waits says nothing of how long this may take.
		this.exchange.getAttributes().remove(Deadline.ATTRIBUTE);
		long requestedAt = System.nanoTime();
		this.origin.ask(conditional(stale), (status, told, body, _) -> {
			if (status == HttpStatus.NOT_MODIFIED.value()) {
				freshen(key, stale, told, requestedAt);
				return body.then();
			}
			Stored draft = draft(status, told, requestedAt);
			if (draft == null) {
				return ERRORS.contains(status) ? body.then() : body.then(Mono.fromRunnable(() -> leave(key)));
			}
			return collect(body).doOnNext((complete) -> keep(draft.withBody(complete), told)).then();
		}).onErrorComplete().doFinally((signal) -> {
			this.cache.background().release();
			this.cache.answers().land(key, flight, false);
		}).toFuture();
	}

	/// What the service is asked: for everything, or for what has changed.
	private HttpHeaders conditional(@Nullable Stored stale) {
		HttpHeaders headers = this.sent.copy();
		CONDITIONS.forEach(headers::remove);
		String tag = (stale != null) ? stale.tag() : null;
		String lastModified = (stale != null) ? stale.lastModified() : null;
		if (tag != null) {
			headers.set(HttpHeaderNames.IF_NONE_MATCH, tag);
		}
		if (lastModified != null) {
			headers.set(HttpHeaderNames.IF_MODIFIED_SINCE, lastModified);
		}
		return headers;
	}

	private Mono<Void> received(Key key, @Nullable Stored stale, long requestedAt, int status, HttpHeaders told,
			ByteBufFlux body, Function<Flux<ByteBuf>, Mono<Void>> toClient) {
		if (stale != null && status == HttpStatus.NOT_MODIFIED.value()) {
			Stored fresh = freshen(key, stale, told, requestedAt);
			return body.then().then(Mono.defer(() -> answer(fresh, "fwd=stale; fwd-status=304", Outcome.REVALIDATED)));
		}
		if (stale != null && ERRORS.contains(status) && mayStandIn(stale)) {
			return body.then().then(Mono.defer(() -> answer(stale,
					"fwd=stale; fwd-status=" + status + "; detail=stale-if-error", Outcome.STALE_ON_ERROR)));
		}
		String forwarded = "fwd=" + reason(stale) + "; fwd-status=" + status;
		Stored draft = draft(status, told, requestedAt);
		if (draft == null) {
			if (stale == null || !ERRORS.contains(status)) {
				leave(key);
			}
			tell(forwarded);
			this.cache.count(Outcome.MISS);
			return toClient.apply(body);
		}
		if (CONDITIONS.stream().anyMatch(this.sent::contains) && told.contains(HttpHeaderNames.CONTENT_LENGTH)) {
			return collect(body).flatMap((complete) -> {
				Stored stored = draft.withBody(complete);
				keep(stored, told);
				return answer(stored, forwarded + "; stored", Outcome.MISS);
			}).switchIfEmpty(Mono.defer(() -> this.exchange.getResponse().isCommitted()
					? Mono.empty()
					: Mono.error(
							new Unavailable("overloaded", "Too much is being read at the moment. Try again.", AGAIN))));
		}
		tell(forwarded + "; stored");
		this.cache.count(Outcome.MISS);
		Collected collected = new Collected(this.cache);
		return toClient.apply(body.doOnNext(collected::add).doOnComplete(() -> {
			byte[] complete = collected.bytes();
			if (complete != null) {
				keep(draft.withBody(complete), told);
			}
			else {
				leave(key);
			}
		}).doFinally((signal) -> collected.release()));
	}

	private @Nullable Stored draft(int status, HttpHeaders told, long requestedAt) {
		boolean identified = !this.principal.subject().equals(Principal.ANONYMOUS.subject())
				|| this.exchange.getRequest().getHeaders().containsHeader("Authorization");
		return this.cache.storing().draft(this.address, status, told, identified, requestedAt, System.nanoTime());
	}

	private Stored freshen(Key key, Stored stale, HttpHeaders told, long requestedAt) {
		Stored fresh = this.cache.storing().freshened(stale, told, requestedAt, System.nanoTime());
		keep(fresh, fresh.headers());
		return fresh;
	}

	private void keep(Stored stored, HttpHeaders told) {
		this.cache.answers().keep(this.address, Storing.varying(told), this.sent, caller(), stored);
	}

	/// What cannot be kept replaces what was.
	private void leave(Key key) {
		this.cache.answers().markUnstorable(key);
	}

	private Mono<byte[]> collect(ByteBufFlux body) {
		Collected collected = new Collected(this.cache);
		return body.doOnNext(collected::add)
				.takeUntil((part) -> collected.isTooLarge())
				.then(Mono.fromSupplier(collected::bytes))
				.doFinally((signal) -> collected.release());
	}

	/// RFC 9111 section 4.4: after a write, or one of which nobody knows whether it was done, what it may have changed does not
	/// count, and neither does what is above it: a list shows its members.
	private Mono<Void> change() {
		tell("fwd=method");
		return this.origin.ask(this.sent, (status, told, body, toClient) -> {
			Set<String> tags = Storing.purged(told);
			if (status < 400 || status >= 500) {
				tags.addAll(paths(this.address.path()));
				locations(told).forEach((path) -> tags.addAll(paths(path)));
			}
			purge(tags);
			return toClient.apply(body);
		}).doOnError((failure) -> purge(paths(this.address.path())))
				.doOnCancel(() -> purge(paths(this.address.path())));
	}

	private void purge(Collection<String> tags) {
		if (tags.isEmpty()) {
			return;
		}
		this.cache.purge(this.address.organization(), tags);
		if (!this.address.organization().equals(Key.PUBLIC)) {
			this.cache.purge(Key.PUBLIC, tags);
		}
	}

	private List<String> paths(String path) {
		List<String> tags = new ArrayList<>();
		for (int end = path.length(); end >= this.prefix.length() && end > 0; end = path.lastIndexOf('/', end - 1)) {
			tags.add(Purges.path(path.substring(0, end)));
		}
		return tags;
	}

	private static List<String> locations(HttpHeaders told) {
		List<String> paths = new ArrayList<>();
		for (AsciiString name : List.of(HttpHeaderNames.LOCATION, HttpHeaderNames.CONTENT_LOCATION)) {
			String location = told.get(name);
			if (location != null && location.startsWith("/") && !location.startsWith("//")
					&& location.indexOf(' ') < 0) {
				paths.add(location.split("[?#]", 2)[0]);
			}
		}
		return paths;
	}

	/// Gives the client what is kept, or tells it that it has it already.
	private Mono<Void> answer(Stored stored, String status, Outcome outcome) {
		this.cache.count(outcome);
		ServerHttpResponse response = this.exchange.getResponse();
		HttpServerResponse answer = ServerHttpResponseDecorator.getNativeResponse(response);
		HttpHeaders headers = answer.responseHeaders();
		for (Entry<String, String> header : stored.headers()) {
			headers.add(header.getKey(), header.getValue());
		}
		headers.set(HttpHeaderNames.AGE, stored.age(System.nanoTime()));
		tell(status);
		if (isKnown(stored)) {
			response.setRawStatusCode(HttpStatus.NOT_MODIFIED.value());
			headers.remove(HttpHeaderNames.CONTENT_LENGTH)
					.remove(HttpHeaderNames.CONTENT_TYPE)
					.remove(HttpHeaderNames.CONTENT_ENCODING);
			return response.setComplete();
		}
		response.setRawStatusCode(stored.status());
		if (stored.status() == HttpStatus.NO_CONTENT.value()) {
			return response.setComplete();
		}
		headers.set(HttpHeaderNames.CONTENT_LENGTH, stored.body().length);
		if (this.isHead) {
			return response.setComplete();
		}
		DataBuffer body = response.bufferFactory().wrap(stored.body());
		return response.writeWith(Mono.just(body));
	}

	/// RFC 9110 section 13.2.2, as far as it concerns reading.
	private boolean isKnown(Stored stored) {
		if (stored.status() != HttpStatus.OK.value()) {
			return false;
		}
		if (this.sent.contains(HttpHeaderNames.IF_NONE_MATCH)) {
			String tag = stored.tag();
			return this.sent.getAll(HttpHeaderNames.IF_NONE_MATCH)
					.stream()
					.flatMap((value) -> Arrays.stream(value.split(",", -1)))
					.map(String::strip)
					.anyMatch((shown) -> shown.equals("*") || (tag != null && opaque(shown).equals(opaque(tag))));
		}
		Instant since = Storing.date(this.sent, HttpHeaderNames.IF_MODIFIED_SINCE);
		Instant modified = Storing.date(stored.headers(), HttpHeaderNames.LAST_MODIFIED);
		return since != null && modified != null && !modified.isAfter(since);
	}

	private static String opaque(String tag) {
		return tag.startsWith("W/") ? tag.substring(2) : tag;
	}

	/// RFC 9211.
	private void tell(String status) {
		HttpServerResponse answer = ServerHttpResponseDecorator.getNativeResponse(this.exchange.getResponse());
		answer.responseHeaders().set(STATUS, "billwright; " + status);
	}

	private String reason(@Nullable Stored stale) {
		return (stale != null) ? "stale" : this.flights > 0 ? "miss" : "uri-miss";
	}

	private boolean isStandIn(@Nullable Stored stale, Throwable failure) {
		boolean isTrouble = failure instanceof Unavailable
				|| (failure instanceof ResponseStatusException trouble && trouble.getStatusCode().is5xxServerError());
		return stale != null && isTrouble && !this.exchange.getResponse().isCommitted() && mayStandIn(stale);
	}

	private boolean mayStandIn(Stored stale) {
		long seconds = Math.max(stale.directives().seconds("stale-if-error"), this.wanted.seconds("stale-if-error"));
		return !this.wanted.has("no-cache") && stale.mayBeStale(System.nanoTime(), seconds);
	}

	/// A body as it comes, as long as it is not too large to be kept.
	private static final class Collected {

		private final SharedCache cache;

		private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

		private boolean tooLarge;

		Collected(SharedCache cache) {
			this.cache = cache;
		}

		void add(ByteBuf part) {
			int length = part.readableBytes();
			this.tooLarge |= this.bytes.size() + (long) length > this.cache.settings().body().toBytes();
			if (!this.tooLarge) {
				this.tooLarge = !this.cache.reserve(length);
			}
			if (!this.tooLarge) {
				byte[] copy = new byte[length];
				part.getBytes(part.readerIndex(), copy);
				this.bytes.writeBytes(copy);
			}
		}

		boolean isTooLarge() {
			return this.tooLarge;
		}

		byte @Nullable [] bytes() {
			return this.tooLarge ? null : this.bytes.toByteArray();
		}

		void release() {
			this.cache.release(this.bytes.size());
			this.bytes.reset();
		}

	}

}
