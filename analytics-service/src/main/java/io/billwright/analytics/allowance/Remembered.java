package io.billwright.analytics.allowance;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Predicate;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

import io.billwright.analytics.allowance.ChangeLink.Proof;
import io.billwright.analytics.shard.ChangeMark;

/// Values that are answered from memory as long as they are known not to have changed, or not for longer than the staleness.
/// One that has changed is answered once more within that time while it is read anew, so that few ever wait.
///
/// @param <K> the keys
/// @param <V> the values
final class Remembered<K, V> {

	/// How long what nobody asks for is kept.
	private static final Duration FORGETTING = Duration.ofMinutes(5);

	private final ChangeBoard board;

	private final long staleness;

	private final Predicate<V> lasting;

	private final AsyncCache<At<K>, Held<V>> held;

	/// @param lasting whether a value changes only with its mark; any other is read anew after the staleness
	Remembered(ChangeBoard board, AllowanceSettings settings, Predicate<V> lasting) {
		this.board = board;
		this.staleness = settings.staleness().toNanos();
		this.lasting = lasting;
		this.held = Caffeine.newBuilder()
				.maximumSize(settings.remembered())
				.expireAfterAccess(FORGETTING)
				.buildAsync();
	}

	/// A value.
	///
	/// @param proof that it was the newest until then; `null` where there is none but that it was read
	record Known<V>(V value, @Nullable Proof proof) {}

	private record At<K>(K key, int version) {}

	/// @param outcome a failure is nothing to be remembered: it is only told to those who wait for it
	/// @param begun when the reading of it began, as of [System#nanoTime()]
	private record Held<V>(Signal<V> outcome, long begun) {

		boolean isValue() {
			return this.outcome.isOnNext();
		}

		Mono<Known<V>> told(@Nullable Proof proof) {
			return Mono.just(this.outcome).<V>dematerialize().map((value) -> new Known<>(value, proof));
		}

	}

	/// The value, read at most once at a time by this instance.
	///
	/// @param mark that is changed with the value
	/// @param link over which that is heard
	/// @param reader in no transaction and of no context
	Mono<Known<V>> get(K key, ChangeMark mark, ChangeLink link, Mono<V> reader) {
		return Mono.defer(() -> {
			link.ask();
			// Before the version: what had changed by then is in it.
			Proof proof = link.proof();
			At<K> at = new At<>(key, this.board.version(mark));
			long oldest = System.nanoTime() - this.staleness;
			Held<V> newest = find(at);
			if (newest != null) {
				boolean proven = isProven(newest, link);
				if (newest.isValue() && (newest.begun >= oldest || (proven && proof.nanos() >= oldest))) {
					return newest.told(proven ? proof : null);
				}
				this.held.synchronous().asMap().remove(at, newest);
			}
			CompletableFuture<Held<V>> read = this.held.get(at, (missing, executor) -> read(reader));
			Held<V> before = find(new At<>(key, at.version - 1));
			return ((before != null) && before.isValue() && (knownUntil(before, mark, link, proof) >= oldest))
					? before.told(null)
					: Mono.fromFuture(read, true).flatMap((value) -> value.told(null));
		});
	}

	private @Nullable Held<V> find(At<K> at) {
		CompletableFuture<Held<V>> value = this.held.getIfPresent(at);
		return ((value != null) && (value.state() == Future.State.SUCCESS)) ? value.resultNow() : null;
	}

	/// Each outcome is an outcome, so the future never holds `null`.
	@SuppressWarnings("NullAway")
	private CompletableFuture<Held<V>> read(Mono<V> reader) {
		long begun = System.nanoTime();
		return reader.materialize().map((outcome) -> new Held<>(outcome, begun)).toFuture();
	}

	private boolean isProven(Held<V> value, ChangeLink link) {
		V held = value.outcome.get();
		return (held != null) && this.lasting.test(held) && (value.begun >= link.listeningSince());
	}

	private long knownUntil(Held<V> before, ChangeMark mark, ChangeLink link, Proof proof) {
		return isProven(before, link)
				? Math.max(before.begun, Math.min(this.board.unchangedUntil(mark), proof.nanos()))
				: before.begun;
	}

}
