package io.billwright.system;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A client that bills all the time, from several threads, and does what a good client does when no answer comes or the
/// platform is unavailable: it asks again, with the same `Idempotency-Key`.
final class Shopkeeper implements AutoCloseable {

	private static final int THREADS = 3;

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final Api api;

	private final String customer;

	private final List<String> paid = new CopyOnWriteArrayList<>();

	private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

	private final List<Future<?>> work = new ArrayList<>();

	private volatile boolean open = true;

	Shopkeeper(Api api, String customer) {
		this.api = api;
		this.customer = customer;
	}

	void open() {
		for (int thread = 0; thread < THREADS; thread++) {
			this.work.add(this.threads.submit(this::bill));
		}
	}

	/// The ids of the invoices that went all the way.
	List<String> paid() {
		return this.paid;
	}

	/// Waits until that many invoices more went all the way.
	void awaitMore(int count) {
		int goal = this.paid.size() + count;
		Eventually.within(PATIENCE, () -> {
			this.work.stream().filter(Future::isDone).forEach(Shopkeeper::join);
			if (this.paid.size() < goal) {
				throw new AssertionError("%d invoices of %d".formatted(this.paid.size(), goal));
			}
			return goal;
		});
	}

	/// Finishes what was begun.
	@Override
	public void close() {
		this.open = false;
		this.work.forEach(Shopkeeper::join);
		this.threads.close();
	}

	private Void bill() {
		while (this.open) {
			String id = insist("/api/v1/invoices", """
					{"customer_id": "%s", "lines": [{"description": "Work", "quantity": "2", "unit_amount": "5.00"}]}"""
					.formatted(this.customer), 201).text("/id");
			insist("/api/v1/invoices/" + id + "/finalize", "", 200);
			insist("/api/v1/invoices/" + id + "/payments", """
					{"amount": {"amount": "10.00", "currency": "EUR"}, "method": "bank_transfer"}""", 201);
			this.paid.add(id);
		}
		return null;
	}

	private Answer insist(String path, String body, int expected) {
		return this.api.with("Idempotency-Key", UUID.randomUUID().toString()).insist(path, body).expect(expected);
	}

	private static void join(Future<?> thread) {
		try {
			thread.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			throw new AssertionError("billing failed: " + ex.getCause().getMessage(), ex.getCause());
		}
		catch (TimeoutException ex) {
			throw new AssertionError("billing hangs", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
