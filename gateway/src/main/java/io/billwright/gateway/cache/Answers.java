package io.billwright.gateway.cache;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Sinks;

import io.billwright.gateway.cache.Kept.Stored;
import io.billwright.gateway.cache.Kept.Unstorable;
import io.billwright.gateway.cache.Kept.Varying;

/// What is kept by this instance, and who is asking for more.
final class Answers {

	/// Headers that no service gets: who may see an answer stands for them.
	private static final List<String> CREDENTIALS = List.of("authorization", "cookie", "x-api-key");

	private final CacheSettings settings;

	private final LongSupplier nanoTime;

	private final Purges purges;

	private final Cache<Key, Kept> kept;

	private final Map<Key, Flight> flights = new ConcurrentHashMap<>();

	Answers(CacheSettings settings, LongSupplier nanoTime) {
		this.settings = settings;
		this.nanoTime = nanoTime;
		this.purges = new Purges(settings.purges(), nanoTime);
		this.kept = Caffeine.newBuilder()
				.maximumWeight(settings.size().toBytes())
				.weigher((Key key, Kept value) -> key.weight() + value.weight())
				.expireAfterWrite(settings.lifetime())
				.executor(Runnable::run)
				.build();
	}

	Purges purges() {
		return this.purges;
	}

	/// What an answer to this request is kept under.
	///
	/// @param caller whose credential it was made with
	Key key(Key address, HttpHeaders request, String caller) {
		return (this.kept.getIfPresent(address) instanceof Varying varying)
				? address.with(variant(varying.names(), request, caller))
				: address;
	}

	@Nullable
	Kept find(Key key) {
		Kept found = this.kept.getIfPresent(key);
		boolean over = switch (found) {
			case null -> false;
			case Stored stored -> !this.purges.isValid(stored);
			case Unstorable unstorable -> unstorable.until() - this.nanoTime.getAsLong() < 0;
			case Varying _ -> false;
		};
		if (found != null && over) {
			this.kept.asMap().remove(key, found);
			return null;
		}
		return found;
	}

	/// Keeps an answer, unless it was purged while it was on its way.
	///
	/// @param address without the variant
	/// @param names of the headers of the request that it depends on
	void keep(Key address, List<String> names, HttpHeaders request, String caller, Stored stored) {
		if (!this.purges.isValid(stored)) {
			return;
		}
		if (names.isEmpty()) {
			this.kept.put(address, stored);
			return;
		}
		this.kept.put(address, new Varying(names));
		this.kept.put(address.with(variant(names, request, caller)), stored);
	}

	/// Nobody waits for what cannot be kept.
	void markUnstorable(Key key) {
		this.kept.put(key, new Unstorable(this.nanoTime.getAsLong() + this.settings.unstorable().toNanos()));
	}

	void forget(Key key) {
		this.kept.invalidate(key);
	}

	void forgetAll() {
		this.purges.purgeAll();
		this.kept.invalidateAll();
	}

	/// The flight of whoever asks for it already, or `null` where the given one is the first.
	@Nullable
	Flight join(Key key, Flight flight) {
		return this.flights.putIfAbsent(key, flight);
	}

	/// Lets everybody go on who waited.
	///
	/// @param abandoned whether nobody knows what the answer would have been
	void land(Key key, Flight flight, boolean abandoned) {
		flight.abandoned = abandoned;
		this.flights.remove(key, flight);
		flight.landed.tryEmitEmpty();
	}

	long weight() {
		return this.kept.policy().eviction().map((eviction) -> eviction.weightedSize().orElse(0)).orElse(0L);
	}

	private static String variant(List<String> names, HttpHeaders request, String caller) {
		StringBuilder variant = new StringBuilder();
		for (String name : names) {
			List<String> values = CREDENTIALS.contains(name) ? List.of(caller) : request.getAll(name);
			variant.append(name).append('=').append(values.isEmpty() ? "-" : "+");
			values.forEach((value) -> variant.append(value.strip()).append(','));
			variant.append('\n');
		}
		return variant.toString();
	}

	/// A question that is on its way to a service, and those who wait for its answer.
	static final class Flight {

		private final Sinks.Empty<Void> landed = Sinks.empty();

		private final AtomicInteger waiting = new AtomicInteger();

		private volatile boolean abandoned;

		/// Whether there is room for one more to wait.
		boolean board(int most) {
			if (this.waiting.incrementAndGet() > most) {
				this.waiting.decrementAndGet();
				return false;
			}
			return true;
		}

		Sinks.Empty<Void> landed() {
			return this.landed;
		}

		boolean isAbandoned() {
			return this.abandoned;
		}

	}

}
