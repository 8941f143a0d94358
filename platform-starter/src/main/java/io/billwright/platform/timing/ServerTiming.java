package io.billwright.platform.timing;

import java.util.Locale;
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

	private static final double NANOS_PER_MILLI = 1_000_000;

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
		this.parts.forEach((part, nanos) -> text.append(entry(part, nanos.sum())).append(", "));
		return text.append(entry("total", System.nanoTime() - this.start)).toString();
	}

	private static String entry(String part, long nanos) {
		return String.format(Locale.ROOT, "%s;dur=%.1f", part, nanos / NANOS_PER_MILLI);
	}

}
