package io.billwright.gateway.upstream;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.http.client.HttpClient;

import io.billwright.gateway.upstream.Instance.Tally;
import io.billwright.gateway.upstream.UpstreamSettings.Outlier;

/// The instances of one service, and which of them gets the next request: of two taken at random the one with fewer
/// requests under way, which keeps away from a slow one without knowing anything else of it
/// (Mitzenmacher, The Power of Two Choices in Randomized Load Balancing). Choosing makes no garbage and waits for nobody.
final class Instances {

	private static final Logger logger = LoggerFactory.getLogger(Instances.class);

	private final String service;

	private final HttpClient client;

	private final UpstreamSettings settings;

	private final LongSupplier nanos;

	private volatile Instance[] all;

	/// @param addresses the first ones, which are in full use at once; at least one
	/// @param nanos a clock of nanoseconds
	Instances(String service, List<InetSocketAddress> addresses, HttpClient client, UpstreamSettings settings,
			LongSupplier nanos) {
		this.service = service;
		this.client = client;
		this.settings = settings;
		this.nanos = nanos;
		this.all = addresses.stream().map((address) -> instance(address, false)).toArray(Instance[]::new);
	}

	/// The instance for the next request.
	///
	/// @param except one that has just failed, which is taken only if there is no other
	Instance choose(@Nullable Instance except) {
		Instance[] known = this.all;
		ThreadLocalRandom random = ThreadLocalRandom.current();
		long now = this.nanos.getAsLong();
		Instance one = draw(known, except, null, now, random);
		if (one == null) {
			return any(known, except, now, random);
		}
		Instance other = draw(known, except, one, now, random);
		return (other == null || one.outstanding() <= other.outstanding()) ? one : other;
	}

	/// Whether there is another one than this to be chosen.
	boolean hasOther(Instance one) {
		for (Instance instance : this.all) {
			if (instance != one && !instance.isAway(this.nanos.getAsLong())) {
				return true;
			}
		}
		return false;
	}

	private static @Nullable Instance draw(Instance[] known, @Nullable Instance except, @Nullable Instance drawn,
			long now, RandomGenerator random) {
		int start = random.nextInt(known.length);
		for (int i = 0; i < known.length; i++) {
			Instance instance = known[(start + i) % known.length];
			if (instance != except && instance != drawn && instance.takes(now, random)) {
				return instance;
			}
		}
		return null;
	}

	/// Where none wants it: rather one that is new than one that is left out, and rather that than no answer at all.
	private static Instance any(Instance[] known, @Nullable Instance except, long now, RandomGenerator random) {
		int start = random.nextInt(known.length);
		Instance any = known[start];
		for (int i = 0; i < known.length; i++) {
			Instance instance = known[(start + i) % known.length];
			if (instance != except && !instance.isAway(now)) {
				return instance;
			}
			any = (any == except) ? instance : any;
		}
		return any;
	}

	/// Counts an answer.
	///
	/// @param failed whether it shows that the instance cannot do its work
	void answered(Instance instance, boolean failed) {
		instance.answered(failed);
	}

	/// Takes an answer that was the last one on its connection for a farewell.
	void leaving(Instance instance) {
		instance.leave(this.nanos.getAsLong());
	}

	/// Counts a request without an answer.
	///
	/// @return whether the instance is left out from now on
	boolean unanswered(Instance instance) {
		return instance.unanswered() >= this.settings.outlier().failures() && rest(instance);
	}

	/// Compares how the instances have done since the last time, and leaves out those that do much worse than the others.
	void compare() {
		Outlier limits = this.settings.outlier();
		Instance[] known = this.all;
		Tally[] tallies = Arrays.stream(known).map(Instance::tally).toArray(Tally[]::new);
		Tally sum = Arrays.stream(tallies).reduce(new Tally(0, 0), Tally::plus);
		for (int i = 0; i < known.length; i++) {
			double rate = tallies[i].failureRate();
			boolean worse = tallies[i].requests() >= limits.minimum() && rate >= limits.failureRate()
					&& sum.minus(tallies[i]).failureRate() < rate / 2;
			boolean isAway = (worse && rest(known[i])) || known[i].isAway(this.nanos.getAsLong());
			if (!isAway) {
				known[i].forgive();
			}
		}
	}

	private synchronized boolean rest(Instance instance) {
		long now = this.nanos.getAsLong();
		Outlier limits = this.settings.outlier();
		if (instance.isAway(now) || (away() + 1) * 100 > this.all.length * limits.share()) {
			return false;
		}
		Duration rest = instance.rest(now, limits.rest(), limits.restMax());
		logger.warn("{} at {} is left out for {}", this.service, instance.address(), rest);
		return true;
	}

	/// Takes over what the names mean now.
	///
	/// @param addresses at least one
	/// @return the instances that are gone
	synchronized List<Instance> become(Set<InetSocketAddress> addresses) {
		List<Instance> gone = new ArrayList<>();
		List<Instance> next = new ArrayList<>();
		Set<InetSocketAddress> missing = new LinkedHashSet<>(addresses);
		for (Instance instance : this.all) {
			(missing.remove(instance.address()) ? next : gone).add(instance);
		}
		// Where all are new there is nobody else to do the work meanwhile.
		boolean isNew = !next.isEmpty();
		missing.forEach((address) -> next.add(instance(address, isNew)));
		this.all = next.toArray(Instance[]::new);
		return gone;
	}

	int size() {
		return this.all.length;
	}

	/// How many are left out at the moment.
	int away() {
		long now = this.nanos.getAsLong();
		return (int) Arrays.stream(this.all).filter((instance) -> instance.isAway(now)).count();
	}

	private Instance instance(InetSocketAddress address, boolean isNew) {
		return new Instance(address, this.client, this.settings.slowStart(), this.nanos.getAsLong(), isNew);
	}

}
