package io.billwright.gateway.upstream;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpMethod;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClient.RequestSender;

/// One process of a service, at one address, and how it has been doing. Instants are readings of a clock of nanoseconds.
final class Instance {

	private static final List<HttpMethod> METHODS = List.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST,
			HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE, HttpMethod.OPTIONS);

	private static final double FIRST_SHARE = 0.1;

	/// A process that stops sends clients away for some seconds first; the next request finds out whether it is gone.
	private static final long LEAVING = Duration.ofSeconds(5).toNanos();

	private final InetSocketAddress address;

	private final HttpClient client;

	private final Map<EventLoop, Map<String, RequestSender>> senders = new ConcurrentHashMap<>();

	private final long slowStart;

	private final AtomicInteger outstanding = new AtomicInteger();

	private final AtomicInteger unanswered = new AtomicInteger();

	private final LongAdder requests = new LongAdder();

	private final LongAdder failures = new LongAdder();

	private volatile long awayUntil;

	private volatile long warmAt;

	private int rests;

	/// @param slowStart how long it gets less than its share when it is new
	/// @param now since when it is there
	/// @param isNew whether it is
	Instance(InetSocketAddress address, HttpClient client, Duration slowStart, long now, boolean isNew) {
		this.address = address;
		this.slowStart = slowStart.toNanos();
		this.awayUntil = now;
		this.warmAt = isNew ? now + this.slowStart : now;
		this.client = client.remoteAddress(() -> address);
	}

	InetSocketAddress address() {
		return this.address;
	}

	/// What opens WebSockets here.
	HttpClient client() {
		return this.client;
	}

	/// What sends requests of this method here, over connections that belong to an event loop: on the client's own one a
	/// request is passed on and its answer passed back without waking another thread.
	///
	/// @throws IllegalArgumentException for a method that the edge does not let in
	RequestSender sender(String method, EventLoop loop) {
		RequestSender sender = this.senders.computeIfAbsent(loop, this::senders).get(method);
		if (sender == null) {
			throw new IllegalArgumentException(method);
		}
		return sender;
	}

	private Map<String, RequestSender> senders(EventLoop loop) {
		HttpClient own = this.client.runOn(loop);
		return METHODS.stream()
				.collect(Collectors.toUnmodifiableMap(HttpMethod::name,
						(Function<HttpMethod, RequestSender>) own::request));
	}

	int outstanding() {
		return this.outstanding.get();
	}

	void begin() {
		this.outstanding.incrementAndGet();
	}

	void end() {
		this.outstanding.decrementAndGet();
	}

	boolean isAway(long now) {
		return this.awayUntil - now > 0;
	}

	/// Whether it may be given a request: never while it is left out, and only now and then while it is new.
	boolean takes(long now, RandomGenerator random) {
		if (isAway(now)) {
			return false;
		}
		long cold = this.warmAt - now;
		return cold <= 0 || random.nextDouble() < 1 - (1 - FIRST_SHARE) * cold / this.slowStart;
	}

	/// Counts an answer.
	void answered(boolean failed) {
		this.requests.increment();
		if (failed) {
			this.failures.increment();
		}
		if (this.unanswered.get() != 0) {
			this.unanswered.set(0);
		}
	}

	/// Counts a request that got none.
	///
	/// @return how many there have been in a row
	int unanswered() {
		this.requests.increment();
		this.failures.increment();
		return this.unanswered.incrementAndGet();
	}

	/// Leaves it out for a while, longer each time in a row. When it comes back it is as new.
	///
	/// @return for how long
	synchronized Duration rest(long now, Duration rest, Duration restMax) {
		this.rests++;
		long nanos = Math.min(rest.multipliedBy(this.rests).toNanos(), restMax.toNanos());
		this.unanswered.set(0);
		this.warmAt = now + nanos + this.slowStart;
		this.awayUntil = now + nanos;
		return Duration.ofNanos(nanos);
	}

	/// It sends clients away and will be gone soon; whatever comes back in its place is new.
	synchronized void leave(long now) {
		if (!isAway(now)) {
			this.warmAt = now + LEAVING + this.slowStart;
			this.awayUntil = now + LEAVING;
		}
	}

	/// Forgets one rest, as it has been doing well.
	synchronized void forgive() {
		this.rests = Math.max(this.rests - 1, 0);
	}

	/// What was counted since the last time.
	Tally tally() {
		return new Tally(this.requests.sumThenReset(), this.failures.sumThenReset());
	}

	/// @param requests all of them
	/// @param failures those that failed
	record Tally(long requests, long failures) {

		Tally minus(Tally part) {
			return new Tally(this.requests - part.requests, this.failures - part.failures);
		}

		Tally plus(Tally other) {
			return new Tally(this.requests + other.requests, this.failures + other.failures);
		}

		/// In percent; none of none is 0.
		double failureRate() {
			return (this.requests == 0) ? 0 : 100.0 * this.failures / this.requests;
		}

	}

}
