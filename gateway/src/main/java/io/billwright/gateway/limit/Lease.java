package io.billwright.gateway.limit;

import java.util.List;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/// One caller's tokens under one limit: those that this instance has drawn and not used yet, so that a hot caller costs a
/// call to Redis for each lease and not for each request, and what is known of the shared buckets.
///
/// A lease holds what the caller is expected to use within a tenth of a second, at most its policies' [Policies#lease],
/// and what is left of it after a second is given up. Tokens leave the shared buckets before they are used, so instances
/// together never let through more than the buckets hold; what they can be late with is one lease each.
final class Lease {

	/// What became of an attempt to take tokens.
	enum Outcome {

		/// They were here.
		TAKEN,
		/// There are none, here or elsewhere.
		REFUSED,
		/// Nobody knows without asking.
		UNKNOWN

	}

	/// Drawn for that long ahead, in milliseconds.
	private static final long AHEAD = 100;

	/// How long tokens can be used after they were drawn, in milliseconds.
	private static final long VALID = 1000;

	private final String tag;

	private final String caller;

	private final Policies policies;

	private final List<String> keys;

	private int tokens;

	private int used;

	private long drawnAt;

	/// Asked for ahead of time, and not there yet.
	private int coming;

	private long emptyUntil;

	/// What the shared buckets held when they were last heard of.
	private double[] shared = new double[0];

	private long heardAt;

	private @Nullable LocalShare local;

	/// @param tag what all keys of one request have in common, so that they live in one slot
	/// @param caller whose tokens these are
	Lease(String tag, String caller, Policies policies) {
		this.tag = tag;
		this.caller = caller;
		this.policies = policies;
		String prefix = "limit:{" + tag + "}:" + (policies.dryRun() ? "dry-run:" : "");
		String suffix = caller.equals(tag) ? "" : ':' + caller;
		this.keys = policies.all().stream().map((policy) -> prefix + policy.name() + suffix).toList();
	}

	String tag() {
		return this.tag;
	}

	String caller() {
		return this.caller;
	}

	Policies policies() {
		return this.policies;
	}

	List<String> keys() {
		return this.keys;
	}

	/// Takes tokens.
	///
	/// @param now in milliseconds
	synchronized Outcome take(int cost, long now) {
		if (usable(now) >= cost) {
			this.tokens -= cost;
			this.used += cost;
			return Outcome.TAKEN;
		}
		return (now < this.emptyUntil) ? Outcome.REFUSED : Outcome.UNKNOWN;
	}

	/// Takes tokens from this instance's share, because Redis is away.
	synchronized boolean takeLocally(int cost, long now, int instances) {
		return local(now, instances).take(cost, now);
	}

	/// Undoes a take: another limit refused the request.
	synchronized void giveBack(int cost) {
		if (this.local != null) {
			this.local.giveBack(cost);
		}
		else {
			this.tokens += cost;
			this.used -= cost;
		}
	}

	/// Begins to draw ahead where half of what is wanted has been used. What is here and what is coming never exceed a lease.
	///
	/// @return how many to draw, or 0
	synchronized int refill(long now) {
		int wanted = (this.policies.lease() > 1) ? wanted(now) : 0;
		int missing = wanted - usable(now) - this.coming;
		if (missing * 2 < wanted || missing == 0) {
			return 0;
		}
		this.coming += missing;
		return missing;
	}

	/// Adds what was drawn.
	synchronized void add(Draw draw, int cost, int ahead, long now) {
		this.coming -= ahead;
		this.shared = draw.left().stream().mapToDouble(Double::doubleValue).toArray();
		this.heardAt = now;
		this.local = null;
		if (draw.refused()) {
			this.emptyUntil = now + untilNext(now);
		}
		else if (draw.tokens() > 0) {
			this.tokens = usable(now) + draw.tokens() - cost;
			this.used = cost;
			this.drawnAt = now;
			this.emptyUntil = 0;
		}
	}

	/// Nothing came of it.
	synchronized void fail(int ahead) {
		this.coming -= ahead;
	}

	/// Charges what a request turned out to cost beyond what was taken.
	///
	/// @return how much of it must be charged to the shared buckets
	synchronized int charge(int extra, long now) {
		int here = Math.min(extra, usable(now));
		this.tokens -= here;
		return extra - here;
	}

	/// The same while Redis is away.
	synchronized void chargeLocally(int extra, long now, int instances) {
		local(now, instances).charge(extra, now);
	}

	/// What was used here while Redis was away and is to be charged to each shared bucket; empty where nothing is.
	synchronized List<Double> owed(long now) {
		return (this.local != null) ? this.local.owed(now) : List.of();
	}

	/// After how many milliseconds a request of that cost would be let through.
	synchronized long retryAfter(int cost, long now) {
		return IntStream.range(0, this.policies.all().size()).mapToLong((i) -> {
			double missing = this.policies.all().get(i).needed(cost) - level(i, now);
			return (this.local != null)
					? this.local.refill(i, missing)
					: this.policies.all().get(i).refill(missing);
		}).max().orElse(0);
	}

	/// Tells what is left: `r` whole tokens, and `t` seconds in which there are no more than that. A list of structured
	/// field items, as draft-ietf-httpapi-ratelimit-headers-11 has `RateLimit`.
	synchronized void tell(StringBuilder list, long now) {
		for (int i = 0; i < this.policies.all().size(); i++) {
			Policy policy = this.policies.all().get(i);
			double level = level(i, now);
			double missing = Math.floor(level) + 1 - level;
			long wait = (this.local != null) ? this.local.refill(i, missing) : policy.refill(missing);
			list.append(list.isEmpty() ? "\"" : ", \"")
					.append(policy.name())
					.append("\";r=")
					.append((long) Math.max(0, level))
					.append(";t=")
					.append((wait + 999) / 1000);
		}
	}

	private LocalShare local(long now, int instances) {
		if (this.local == null) {
			double[] known = IntStream.range(0, this.shared.length).mapToDouble((i) -> level(i, now)).toArray();
			this.local = new LocalShare(this.policies, instances, known, now);
		}
		return this.local;
	}

	private int usable(long now) {
		return (now - this.drawnAt <= VALID) ? this.tokens : 0;
	}

	/// What was used since the last draw tells how fast the caller is.
	private int wanted(long now) {
		long elapsed = Math.max(1, now - this.drawnAt);
		return (int) Math.min(this.policies.lease(), this.used * AHEAD / elapsed);
	}

	private long untilNext(long now) {
		return IntStream.range(0, this.policies.all().size())
				.mapToLong((i) -> this.policies.all().get(i).refill(1 - level(i, now)))
				.max()
				.orElse(0);
	}

	/// What is left in the shared bucket and here, as far as one can tell.
	private double level(int bucket, long now) {
		if (this.local != null) {
			return this.local.tokens(bucket, now);
		}
		Policy policy = this.policies.all().get(bucket);
		double known = (bucket < this.shared.length)
				? this.shared[bucket] + (now - this.heardAt) * policy.rate()
				: policy.burst();
		return Math.min(policy.burst(), known + usable(now));
	}

}
