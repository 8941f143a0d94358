package io.billwright.gateway.support;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import static org.awaitility.Awaitility.await;

/// Some callers who ask without a pause until they are told to stop, and remember what went wrong.
public final class Load implements AutoCloseable {

	private final List<Thread> callers = new ArrayList<>();

	private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

	private final AtomicInteger answered = new AtomicInteger();

	private volatile boolean over;

	/// @param request answers its status
	public Load(int callers, Callable<Integer> request) {
		for (int i = 0; i < callers; i++) {
			this.callers.add(Thread.ofVirtual().start(() -> {
				while (!this.over) {
					ask(request);
				}
			}));
		}
	}

	private void ask(Callable<Integer> request) {
		try {
			int status = request.call();
			if (status != 200) {
				this.failures.add("status " + status);
			}
		}
		catch (Exception ex) {
			this.failures.add(String.valueOf(ex));
		}
		this.answered.incrementAndGet();
	}

	/// How many requests have ended so far.
	public int answered() {
		return this.answered.get();
	}

	/// What went wrong so far.
	public List<String> failures() {
		return List.copyOf(this.failures);
	}

	@Override
	public void close() {
		this.over = true;
		await().atMost(Duration.ofSeconds(30)).until(() -> this.callers.stream().noneMatch(Thread::isAlive));
	}

}
