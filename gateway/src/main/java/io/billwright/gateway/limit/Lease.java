package io.billwright.gateway.limit;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// Tokens of one caller that this instance has drawn and not used yet, so that a hot caller costs a call to Redis for
/// each lease and not for each request.
///
/// A lease holds what the caller is expected to use within a tenth of a second, at most its policies' [Policies#lease],
/// and what is left of it after a second is given up. Tokens leave the shared bucket before they are used, so instances
/// together never let through more than the buckets hold; what they can be late with is one lease each.
final class Lease {

	/// Drawn for that long ahead, in milliseconds.
	private static final long AHEAD = 100;

	/// How long tokens can be used after they were drawn, in milliseconds.
	private static final long VALID = 1000;

	private final Policies policies;

	private int tokens;

	private int used;

	private long drawnAt;

	private List<Level> levels = List.of();

	/// Asked for ahead of time, and not there yet.
	private int coming;

	private long emptyUntil;

	Lease(Policies policies) {
		this.policies = policies;
	}

	/// Takes a token.
	///
	/// @param now in milliseconds
	/// @return the charge, or `null` where nobody knows without asking
	synchronized @Nullable Charge take(long now) {
		if (usable(now) > 0) {
			this.tokens--;
			this.used++;
			return new Charge(true, estimated(now));
		}
		return (now < this.emptyUntil) ? new Charge(false, estimated(now)) : null;
	}

	/// Begins to draw ahead where half of what is wanted has been used. What is here and what is coming never exceed a lease.
	///
	/// @return how many to draw, or 0
	synchronized int refill(long now) {
		int wanted = wanted(now);
		int missing = wanted - usable(now) - this.coming;
		if (missing * 2 < wanted) {
			return 0;
		}
		this.coming += missing;
		return missing;
	}

	/// Adds what was drawn.
	///
	/// @param taken how many of them have been used already
	/// @param ahead how many were asked for beyond those
	synchronized void add(Draw draw, int taken, int ahead, long now) {
		this.tokens = usable(now);
		this.coming -= ahead;
		this.tokens += Math.max(0, draw.tokens() - taken);
		this.used = Math.min(draw.tokens(), taken);
		this.drawnAt = now;
		this.levels = draw.levels();
		this.emptyUntil = (draw.tokens() == 0) ? now + draw.toCharge().retryAfter().toMillis() : 0;
	}

	/// Nothing came of it.
	///
	/// @param ahead how many were asked for beyond the one that a request waited for
	synchronized void fail(int ahead) {
		this.coming -= ahead;
	}

	private int usable(long now) {
		return (now - this.drawnAt <= VALID) ? this.tokens : 0;
	}

	/// What was used since the last draw tells how fast the caller is.
	private int wanted(long now) {
		long elapsed = Math.max(1, now - this.drawnAt);
		return (int) Math.min(this.policies.lease(), this.used * AHEAD / elapsed);
	}

	/// What is left in the shared buckets and here, as far as one can tell.
	private List<Level> estimated(long now) {
		List<Level> all = new ArrayList<>(this.levels.size());
		for (Level level : this.levels) {
			double shared = level.tokens() + (now - this.drawnAt) * level.policy().rate();
			all.add(new Level(level.policy(), Math.min(level.policy().burst(), shared + this.tokens)));
		}
		return all;
	}

}
