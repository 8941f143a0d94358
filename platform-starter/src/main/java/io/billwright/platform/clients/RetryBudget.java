package io.billwright.platform.clients;

import java.util.concurrent.atomic.AtomicLong;

/// Keeps retries below a share of the requests, so that they cannot multiply the load on something that is failing.
///
/// Every request pays a part of a retry in, every retry takes a whole one out. The balance is capped at what
/// [#WINDOW] requests pay in, so a quiet hour does not save up a storm.
final class RetryBudget {

	/// Requests whose share can be saved up.
	static final int WINDOW = 100;

	private static final long RETRY = 1_000;

	private final long share;

	private final AtomicLong balance;

	/// @param ratio retries for each request, 0 to 1
	RetryBudget(double ratio) {
		this.share = Math.round(ratio * RETRY);
		this.balance = new AtomicLong(this.share * WINDOW);
	}

	/// Counts one request.
	void deposit() {
		this.balance.accumulateAndGet(this.share, (saved, share) -> Math.min(saved + share, share * WINDOW));
	}

	/// Takes one retry; false where the budget is spent.
	boolean withdraw() {
		long before = this.balance.getAndUpdate((saved) -> (saved >= RETRY) ? (saved - RETRY) : saved);
		return before >= RETRY;
	}

}
