package io.billwright.gateway.edge;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import reactor.util.concurrent.Queues;

/// Writes a line of each request to the standard output, many at once: whoever has served the request leaves it in a bounded
/// queue and wakes nobody, because a thread that is woken and a write for each line cost a seventh of the gateway's time.
/// A slow disk costs lines, which are counted, and never an event loop.
@Component
final class AccessLines implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(AccessLines.class);

	private static final Duration INTERVAL = Duration.ofMillis(20);

	/// Lines that are written at once.
	private static final int BATCH = 1024;

	private static final Duration END = Duration.ofSeconds(2);

	private final Queue<AccessEntry> waiting = Queues.<AccessEntry>unboundedMultiproducer().get();

	private final AtomicInteger count = new AtomicInteger();

	private final int most;

	private final Supplier<PrintStream> output;

	private final Counter lost;

	private final AccessLine line = new AccessLine();

	private final StringBuilder batch = new StringBuilder();

	private final ScheduledExecutorService writer = Executors
			.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("access-lines").factory());

	@Autowired
	AccessLines(EdgeSettings settings, MeterRegistry meters) {
		this(settings.accessLogWaiting(), () -> System.out, meters);
	}

	/// @param most lines that may wait
	/// @param output whatever is the standard output then
	@SuppressWarnings("FutureReturnValueIgnored") // it ends with its thread
	AccessLines(int most, Supplier<PrintStream> output, MeterRegistry meters) {
		this.most = most;
		this.output = output;
		this.lost = Counter.builder("billwright.gateway.access.lines.lost")
				.description("Requests that left no line in the log, because too many waited to be written")
				.register(meters);
		this.writer.scheduleWithFixedDelay(this::write, INTERVAL.toMillis(), INTERVAL.toMillis(),
				TimeUnit.MILLISECONDS);
	}

	void add(AccessEntry entry) {
		if (this.count.incrementAndGet() > this.most) {
			this.count.decrementAndGet();
			this.lost.increment();
			return;
		}
		this.waiting.add(entry);
	}

	/// Writes what is there still.
	@Override
	public void close() {
		this.writer.execute(this::write);
		this.writer.shutdown();
		try {
			if (!this.writer.awaitTermination(END.toMillis(), TimeUnit.MILLISECONDS)) {
				logger.warn("Lines of requests could not be written within {}", END);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void write() {
		PrintStream output = this.output.get();
		for (int lines = fill(); lines > 0; lines = fill()) {
			byte[] bytes = this.batch.toString().getBytes(StandardCharsets.UTF_8);
			output.write(bytes, 0, bytes.length);
			this.count.addAndGet(-lines);
		}
		output.flush();
	}

	private int fill() {
		this.batch.setLength(0);
		int lines = 0;
		for (AccessEntry entry; lines < BATCH && (entry = this.waiting.poll()) != null; lines++) {
			this.line.append(this.batch, entry);
		}
		return lines;
	}

}
