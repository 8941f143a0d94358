package io.billwright.platform.timing;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/// Where the time of one request went, told to the client as `Server-Timing: db;dur=3.2, total;dur=5.1`
/// (milliseconds). It travels in the Reactor context, under this class.
public final class ServerTiming {

	/// The header that tells it.
	public static final String HEADER = "Server-Timing";

	/// Of a millisecond.
	private static final long NANOS_PER_TENTH = 100_000;

	private final long start = System.nanoTime();

	private final Map<String, LongAdder> parts = new ConcurrentSkipListMap<>();

	/// Adds the time that the work takes to the named part of the current request; does nothing outside of one.
	///
	/// @param part a short token, for example `db`
	public static <T> Mono<T> measure(String part, Mono<T> work) {
		return Mono.deferContextual((context) -> {
			long begin = System.nanoTime();
			return work.doFinally((signal) -> add(context, part, System.nanoTime() - begin));
		});
	}

	/// Adds a time in nanoseconds to the named part of the context's request; does nothing outside of one.
	public static void add(ContextView context, String part, long nanos) {
		context.<ServerTiming>getOrEmpty(ServerTiming.class)
				.ifPresent((timing) -> timing.parts.computeIfAbsent(part, (key) -> new LongAdder()).add(nanos));
	}

	/// The header's value at this moment.
	public String header() {
		StringBuilder text = new StringBuilder();
		this.parts.forEach((part, nanos) -> append(text, part, nanos.sum()).append(", "));
		return append(text, "total", System.nanoTime() - this.start).toString();
	}

	/// Milliseconds with one digit after the point. By hand, because it is written for each request.
	private static StringBuilder append(StringBuilder text, String part, long nanos) {
		long tenths = (nanos + NANOS_PER_TENTH / 2) / NANOS_PER_TENTH;
		return text.append(part).append(";dur=").append(tenths / 10).append('.').append(tenths % 10);
	}

}
