package io.billwright.gateway.cache;

import java.util.List;
import java.util.Map.Entry;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// What is known of an address.
sealed interface Kept {

	/// What each of them takes beside what it holds, in bytes.
	int OVERHEAD = 256;

	/// In bytes, about.
	int weight();

	/// Its answers depend on these headers of the request, and are kept under a key of their own for each.
	///
	/// @param names in lower case and in order
	record Varying(List<String> names) implements Kept {

		@Override
		public int weight() {
			return OVERHEAD;
		}

	}

	/// Its last answer could not be kept, so nobody waits for the next one.
	///
	/// @param until a reading of the clock of nanoseconds
	record Unstorable(long until) implements Kept {

		@Override
		public int weight() {
			return OVERHEAD;
		}

	}

	/// An answer. Instants are readings of the clock of nanoseconds, everything else is in seconds.
	///
	/// @param key what it is kept under
	/// @param headers what a client is told; never changed
	/// @param tags by which it can be purged
	/// @param requestedAt when its service was asked
	/// @param answeredAt when its service answered
	/// @param initialAge how old it was then (RFC 9111 section 4.2.3)
	/// @param lifetime how old it may become
	/// @param directives what its service says of keeping it
	record Stored(Key key, int status, HttpHeaders headers, byte[] body, Set<String> tags, long requestedAt,
			long answeredAt, long initialAge, long lifetime, Directives directives) implements Kept {

		long age(long now) {
			return this.initialAge + TimeUnit.NANOSECONDS.toSeconds(now - this.answeredAt);
		}

		boolean isFresh(long now) {
			return age(now) < this.lifetime;
		}

		/// Whether it may be given out once its lifetime is over, for up to so many seconds.
		boolean mayBeStale(long now, long seconds) {
			return seconds > 0 && age(now) - this.lifetime <= seconds && !this.directives.has("must-revalidate")
					&& !this.directives.has("proxy-revalidate") && !this.directives.has("no-cache");
		}

		@Nullable
		String tag() {
			return this.headers.get(HttpHeaderNames.ETAG);
		}

		@Nullable
		String lastModified() {
			return this.headers.get(HttpHeaderNames.LAST_MODIFIED);
		}

		Stored withBody(byte[] complete) {
			return new Stored(this.key, this.status, this.headers, complete, this.tags, this.requestedAt,
					this.answeredAt, this.initialAge, this.lifetime, this.directives);
		}

		@Override
		public int weight() {
			int weight = OVERHEAD + this.key.weight() + this.body.length;
			for (Entry<String, String> header : this.headers) {
				weight += 2 * (header.getKey().length() + header.getValue().length());
			}
			return weight;
		}

	}

}
