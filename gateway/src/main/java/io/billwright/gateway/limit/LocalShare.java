package io.billwright.gateway.limit;

import java.util.List;
import java.util.stream.IntStream;

/// This instance's share of one caller's buckets for the time that Redis is away: rate and burst divided by the number of
/// instances, so that together they let through what the policies say, and never less than one token at a time.
///
/// It begins where the shared buckets were, and what was used of it is charged to them when Redis is back, so that neither
/// the loss nor the return lets anybody burst. Not safe for threads.
final class LocalShare {

	private final List<Policy> policies;

	private final int instances;

	private final double[] tokens;

	private double used;

	private long at;

	/// @param instances that share the buckets
	/// @param shared what the shared buckets held when last heard of; empty where nothing is known of them
	LocalShare(Policies policies, int instances, double[] shared, long now) {
		this.policies = policies.all();
		this.instances = instances;
		this.at = now;
		this.tokens = IntStream.range(0, this.policies.size())
				.mapToDouble((i) -> (i < shared.length) ? Math.min(most(i), shared[i] / instances) : most(i))
				.toArray();
	}

	boolean take(int cost, long now) {
		fill(now);
		for (int i = 0; i < this.tokens.length; i++) {
			if (this.tokens[i] < Math.min(cost, Math.floor(most(i)))) {
				return false;
			}
		}
		use(cost);
		return true;
	}

	/// Charges what a request turned out to cost beyond what was taken, whatever is left.
	void charge(int extra, long now) {
		fill(now);
		use(extra);
	}

	void giveBack(int cost) {
		use(-cost);
	}

	/// What was used here and has not flowed in since, for each bucket.
	List<Double> owed(long now) {
		fill(now);
		return IntStream.range(0, this.tokens.length)
				.mapToObj((i) -> Math.max(0, Math.min(this.used, most(i) - this.tokens[i])))
				.toList();
	}

	double tokens(int bucket, long now) {
		fill(now);
		return this.tokens[bucket];
	}

	/// How many milliseconds pass until one more token is there.
	long refill(int bucket, double missing) {
		return this.policies.get(bucket).refill(missing * this.instances);
	}

	private void use(int count) {
		for (int i = 0; i < this.tokens.length; i++) {
			this.tokens[i] -= count;
		}
		this.used += count;
	}

	private void fill(long now) {
		long elapsed = Math.max(0, now - this.at);
		for (int i = 0; i < this.tokens.length; i++) {
			double inflow = elapsed * this.policies.get(i).rate() / this.instances;
			this.tokens[i] = Math.min(most(i), this.tokens[i] + inflow);
		}
		this.at = Math.max(this.at, now);
	}

	private double most(int bucket) {
		return Math.max(1, (double) this.policies.get(bucket).burst() / this.instances);
	}

}
