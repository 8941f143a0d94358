package io.billwright.platform.caching;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// The level in this process. An entry is the promise of a value, so whoever comes while it is being loaded waits for
/// the same load. An entry that was forgotten meanwhile keeps its promise to those who wait, but to nobody after them.
///
/// @param <V> the values
final class LocalLevel<V> {

	private final AsyncCache<String, Optional<V>> entries;

	private final ConcurrentMap<String, CompletableFuture<Optional<V>>> promises;

	private final AtomicLong forgotten = new AtomicLong();

	LocalLevel(int maxEntries, Supplier<Duration> ttl) {
		this.entries = Caffeine.newBuilder()
				.maximumSize(maxEntries)
				.expireAfter(Expiry.<String, Optional<V>>creating((key, value) -> ttl.get()))
				.buildAsync();
		this.promises = this.entries.asMap();
	}

	/// The entry, loaded or being loaded; `null` where there is none.
	@Nullable
	CompletableFuture<Optional<V>> find(String key) {
		return this.entries.getIfPresent(key);
	}

	/// The entry, which is loaded once however many ask; a load that fails or comes out empty leaves none.
	CompletableFuture<Optional<V>> findOrLoad(String key, Mono<Optional<V>> load) {
		CompletableFuture<Optional<V>> promise = new CompletableFuture<>();
		CompletableFuture<Optional<V>> earlier = this.promises.putIfAbsent(key, promise);
		if (earlier != null) {
			return earlier;
		}
		load.subscribe(promise::complete, (failure) -> {
			this.promises.remove(key, promise);
			promise.completeExceptionally(failure);
		}, () -> {
			if (!promise.isDone()) {
				this.promises.remove(key, promise);
				promise.complete(null);
			}
		});
		return promise;
	}

	/// Adds an entry that was found elsewhere, unless something was forgotten while it was on its way.
	Mono<Void> add(String key, Mono<Optional<V>> found) {
		return Mono.defer(() -> {
			long before = this.forgotten.get();
			return found.doOnNext((value) -> addUnlessForgotten(key, value, before)).then();
		});
	}

	private void addUnlessForgotten(String key, Optional<V> value, long before) {
		CompletableFuture<Optional<V>> promise = CompletableFuture.completedFuture(value);
		if ((this.forgotten.get() == before) && (this.promises.putIfAbsent(key, promise) == null)
				&& (this.forgotten.get() != before)) {
			this.promises.remove(key, promise);
		}
	}

	void forget(String key) {
		this.forgotten.incrementAndGet();
		this.promises.remove(key);
	}

	void forgetAll() {
		this.forgotten.incrementAndGet();
		this.promises.clear();
	}

	/// The keys that are asked for most.
	List<String> hottest(int limit) {
		return this.entries.synchronous()
				.policy()
				.eviction()
				.map((eviction) -> List.copyOf(eviction.hottest(limit).keySet()))
				.orElse(List.of());
	}

	long size() {
		return this.entries.synchronous().estimatedSize();
	}

}
