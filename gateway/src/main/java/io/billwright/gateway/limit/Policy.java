package io.billwright.gateway.limit;

import java.time.Duration;

import io.billwright.platform.quota.Quota;

/// A token bucket's measures: a request takes as many tokens as it costs, tokens flow in evenly.
///
/// @param name as told in the headers
/// @param requests how many tokens flow in per window, at least 1
/// @param window the time in which they do, at least 1 s
/// @param burst how many tokens the bucket holds, at least 1
record Policy(String name, int requests, Duration window, int burst) {

	private static final long MINUTE = 60_000;

	private static final int LEASED_FROM = 1000;

	private static final double LEASED_SHARE = 0.005;

	/// Whatever the limit: so many fit into an answer's time.
	private static final int MAX_LEASE = 10_000;

	static Policy of(String name, Quota.Window window) {
		return new Policy(name, window.most(), window.period(), window.burst());
	}

	/// Tokens flowing in per millisecond.
	double rate() {
		return (double) this.requests / this.window.toMillis();
	}

	/// How many tokens an instance may draw ahead: half a percent of a minute's, so that four instances that hold a lease
	/// each are late with 2 % of it at the most. Below 1,000 a minute each request is counted where all see it.
	int lease() {
		double perMinute = rate() * MINUTE;
		return (perMinute < LEASED_FROM)
				? 1
				: (int) Math.min(MAX_LEASE, Math.min(this.burst, perMinute * LEASED_SHARE));
	}

	/// How many milliseconds a bucket takes from one fill to another.
	long refill(double missingTokens) {
		return (long) Math.ceil(Math.max(0, missingTokens) / rate());
	}

	/// What a bucket must hold for a request: a full one is enough for any.
	int needed(int cost) {
		return Math.min(cost, this.burst);
	}

}
