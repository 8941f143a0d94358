package io.billwright.platform.clients;

import java.util.concurrent.atomic.AtomicLong;

/// Keeps retries below a share of the requests, so that they cannot multiply the load on something that is failing.
///
/// Every request pays a part of a retry in, every retry takes a whole one out. The balance is capped at what
/// [#WINDOW] requests pay in, so a quiet hour does not save up a storm.
public final class RetryBudget {

	/// Requests whose share can be saved up.
	static final int WINDOW = 100;

	private static final long RETRY = 1_000;

	private final long share;

	private final long most;

	private final AtomicLong balance;

	/// @param ratio retries for each request, 0 to 1
	public RetryBudget(double ratio) {
		this.share = Math.round(ratio * RETRY);
		this.most = this.share * WINDOW;
		this.balance = new AtomicLong(this.most);
	}

	/// Counts one request.
	public void deposit() {
		// Nearly always it is full, and a look costs less than a write that all threads must see.
		if (this.balance.get() < this.most) {
			this.balance.accumulateAndGet(this.share, (saved, share) -> Math.min(saved + share, this.most));
		}
	}

	/// Takes one retry; false where the budget is spent.
	public boolean withdraw() {
		long before = this.balance.getAndUpdate((saved) -> (saved >= RETRY) ? (saved - RETRY) : saved);
		return before >= RETRY;
	}

}
