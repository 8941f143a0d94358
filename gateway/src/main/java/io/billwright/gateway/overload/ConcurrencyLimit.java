package io.billwright.gateway.overload;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/// How many requests a service gets at the same time: as many as it can work on, and a short queue. It follows from how long
/// answers take (a gradient, as in Netflix's concurrency-limits and in Envoy): while they take no longer than without load the
/// limit grows, and when they take longer, requests stand in a queue there and the limit falls.
///
/// How long they take without load is learned while the limit holds nobody up. While it does, they are never without load, and
/// an average would take the queue for normal in the end (Netflix's Gradient2 does: `ConcurrencyLimitTests` has the figures);
/// so a service that has been kept busy for half a minute gets a quarter of its limit for half a second, and what its answers
/// take then is the measure from then on. That costs about 1 % of what it can do, and finds out too when it has become slower.
///
/// Nothing waits here and nothing makes garbage: who is not let in is to be refused at once.
public final class ConcurrencyLimit {

	private static final long WINDOW = Duration.ofMillis(250).toNanos();

	/// Answers of which a mean says something.
	private static final int SAMPLES = 20;

	/// Windows.
	private static final int PROBE_EVERY = 120;

	/// Windows, where nothing has been learned yet.
	private static final int FIRST_PROBE_AFTER = 8;

	private static final double PROBE_SHARE = 0.25;

	private static final int PROBE_MIN = 2;

	private static final double SMOOTHING = 0.5;

	/// By how much a limit falls in a window at the most.
	private static final double GRADIENT_MIN = 0.5;

	private final OverloadSettings settings;

	private final LongSupplier nanos;

	private final AtomicInteger inside = new AtomicInteger();

	private final LongAdder answers = new LongAdder();

	private final LongAdder time = new LongAdder();

	private final AtomicBoolean updating = new AtomicBoolean();

	private volatile int limit;

	private volatile int most;

	private volatile long windowEnd;

	private double exact;

	private double unloaded;

	private int busyWindows;

	private boolean probed;

	private Phase phase = Phase.FOLLOWING;

	/// @param nanos a clock of nanoseconds
	public ConcurrencyLimit(OverloadSettings settings, LongSupplier nanos) {
		this.settings = settings;
		this.nanos = nanos;
		this.exact = settings.initial();
		this.limit = settings.initial();
		this.windowEnd = nanos.getAsLong() + WINDOW;
	}

	/// Whether one more may enter. Threads that ask at the same time may all hear yes, so that there may be as many more inside
	/// as there are threads.
	public boolean admits(Priority priority) {
		return !this.settings.enabled()
				|| this.inside.get() < Math.max((long) this.limit * priority.share() / 100, 1);
	}

	/// Counts one in.
	public void enter() {
		int now = this.inside.incrementAndGet();
		if (now > this.most) {
			this.most = now;
		}
	}

	/// Counts one out that got no answer.
	public void leave() {
		this.inside.decrementAndGet();
	}

	/// Counts one out, and what its answer took.
	///
	/// @param nanos from when the service had the whole request to when its answer began
	public void leave(long nanos) {
		this.inside.decrementAndGet();
		this.answers.increment();
		this.time.add(nanos);
		if (this.nanos.getAsLong() - this.windowEnd >= 0 && this.updating.compareAndSet(false, true)) {
			update();
			this.updating.set(false);
		}
	}

	/// How many may be inside at the moment.
	public int limit() {
		return this.limit;
	}

	/// How many are.
	public int inside() {
		return this.inside.get();
	}

	private void update() {
		long now = this.nanos.getAsLong();
		if (now - this.windowEnd < 0 || this.answers.sum() < SAMPLES) {
			return;
		}
		double mean = (double) this.time.sumThenReset() / this.answers.sumThenReset();
		this.phase = switch (this.phase) {
			case FOLLOWING -> follow(mean);
			case EMPTYING -> Phase.MEASURING;
			case MEASURING -> learn(mean);
		};
		this.limit = (int) ((this.phase == Phase.FOLLOWING)
				? this.exact
				: Math.max(this.exact * PROBE_SHARE, PROBE_MIN));
		this.most = this.inside.get();
		this.windowEnd = now + WINDOW;
	}

	private Phase follow(double mean) {
		boolean idle = this.most < this.exact / 2;
		if (this.unloaded == 0 || (!idle && mean < this.unloaded)) {
			this.unloaded = mean;
		}
		if (idle) {
			rest(mean);
			return Phase.FOLLOWING;
		}
		double longest = this.settings.tolerance()
				* Math.max(this.unloaded, (double) this.settings.unnoticed().toNanos());
		double gradient = Math.clamp(longest / mean, GRADIENT_MIN, 1);
		double queue = Math.max(Math.sqrt(this.exact), this.exact / 10);
		double next = this.exact * (1 - SMOOTHING) + (this.exact * gradient + queue) * SMOOTHING;
		this.exact = Math.clamp(next, this.settings.min(), this.settings.max());
		this.busyWindows++;
		return (this.busyWindows >= (this.probed ? PROBE_EVERY : FIRST_PROBE_AFTER)) ? Phase.EMPTYING : Phase.FOLLOWING;
	}

	/// Nobody is held up: what answers take now is what they take without load, and a limit that had to be low may forget it.
	private void rest(double mean) {
		this.unloaded += (mean - this.unloaded) / 10;
		this.exact += Math.max(this.settings.initial() - this.exact, 0) / 20;
		this.busyWindows = 0;
		this.probed = true;
	}

	/// An answer time that has become longer is believed half, as there may be a queue somewhere still.
	private Phase learn(double mean) {
		this.unloaded = (mean < this.unloaded) ? mean : (this.unloaded + mean) / 2;
		this.busyWindows = 0;
		this.probed = true;
		return Phase.FOLLOWING;
	}

	/// What the current window is for.
	private enum Phase {

		/// The limit follows the answer times.
		FOLLOWING,
		/// The limit is small, and queues from before become empty.
		EMPTYING,
		/// The limit is small, and answers take what they take without load.
		MEASURING

	}

}
