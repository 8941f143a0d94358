package io.billwright.gateway.cache;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

import io.billwright.gateway.cache.Kept.Stored;

/// Which answers may be kept, and for how long. Only what its service says counts: nothing is guessed.
@Component
class Storing {

	/// What a service says to caches like this one, instead of `Cache-Control` (RFC 9213). Clients do not see it.
	static final String TARGETED = "CDN-Cache-Control";

	/// By what an answer can be purged, with commas between. Clients do not see it.
	static final String TAGS = "Cache-Tag";

	/// In an answer to a write: what it has changed, as tags. Clients do not see it.
	static final String PURGE = "Cache-Purge";

	private static final int TAGS_MAX = 64;

	private static final int TAG_LENGTH_MAX = 128;

	private static final byte[] NOTHING = {};

	/// What says nothing of the answer itself, or nothing that stays true.
	private static final List<String> NOT_KEPT = List.of("age", "cache-status", "transfer-encoding", "connection",
			TARGETED.toLowerCase(Locale.ROOT), TAGS.toLowerCase(Locale.ROOT));

	/// What is said of bytes that have not come again.
	private static final Set<String> OF_THE_BODY = Set.of("content-length", "content-encoding", "content-range",
			"content-md5", "etag");

	/// So old that it is over at once.
	private static final long ANCIENT = Integer.MAX_VALUE;

	private final Clock clock;

	private final Duration lifetime;

	private final long body;

	Storing(Clock clock, CacheSettings settings) {
		this.clock = clock;
		this.lifetime = settings.lifetime();
		this.body = settings.body().toBytes();
	}

	/// What would be kept of an answer to GET once its body is there, or `null` where it must not be (RFC 9111 section 3).
	///
	/// @param key without its variant
	/// @param told the answer's headers
	/// @param identified whether the caller showed who they are
	@Nullable
	Stored draft(Key key, int status, HttpHeaders told, boolean identified, long requestedAt, long answeredAt) {
		boolean targeted = told.contains(TARGETED);
		Directives directives = Directives.of(told, targeted ? TARGETED : HttpHeaderNames.CACHE_CONTROL);
		Set<String> tags = tags(told);
		if (status < 200 || status == 206 || status == 304 || directives.has("no-store") || directives.has("private")
				|| (identified && !targeted && !isShared(directives)) || told.contains(HttpHeaderNames.SET_COOKIE)
				|| varying(told).contains("*") || tags == null
				|| (directives.has("must-understand") && HttpStatus.resolve(status) == null)
				|| length(told) > this.body) {
			return null;
		}
		long fresh = freshness(told, directives, targeted);
		boolean validated = told.contains(HttpHeaderNames.ETAG) || told.contains(HttpHeaderNames.LAST_MODIFIED);
		if (fresh == Directives.ABSENT && !(directives.has("no-cache") && validated)) {
			return null;
		}
		tags.add(Purges.path(key.path()));
		HttpHeaders headers = told.copy();
		NOT_KEPT.forEach(headers::remove);
		long kept = directives.has("no-cache") ? 0 : Math.min(fresh, this.lifetime.toSeconds());
		return new Stored(key, status, headers, NOTHING, tags, requestedAt, answeredAt,
				age(told, requestedAt, answeredAt), Math.max(kept, 0), directives);
	}

	/// What is kept after its service has said that it is unchanged (RFC 9111 section 3.2).
	Stored freshened(Stored stored, HttpHeaders told, long requestedAt, long answeredAt) {
		HttpHeaders headers = stored.headers().copy();
		for (String name : told.names()) {
			if (!OF_THE_BODY.contains(name.toLowerCase(Locale.ROOT))) {
				headers.set(name, told.getAll(name));
			}
		}
		boolean targeted = told.contains(TARGETED);
		boolean silent = !targeted && !told.contains(HttpHeaderNames.CACHE_CONTROL);
		Directives directives = silent
				? stored.directives()
				: Directives.of(told, targeted ? TARGETED : HttpHeaderNames.CACHE_CONTROL);
		long fresh = (silent && !told.contains(HttpHeaderNames.EXPIRES))
				? stored.lifetime()
				: freshness(headers, directives, targeted);
		NOT_KEPT.forEach(headers::remove);
		long kept = directives.has("no-cache") ? 0 : Math.min(fresh, this.lifetime.toSeconds());
		return new Stored(stored.key(), stored.status(), headers, stored.body(), stored.tags(), requestedAt, answeredAt,
				age(told, requestedAt, answeredAt), Math.max(kept, 0), directives);
	}

	/// The headers that an answer depends on, in lower case and in order.
	static List<String> varying(HttpHeaders told) {
		Set<String> names = new TreeSet<>();
		for (String value : told.getAll(HttpHeaderNames.VARY)) {
			Arrays.stream(value.split(",", -1)).map((name) -> name.strip().toLowerCase(Locale.ROOT))
					.filter((name) -> !name.isEmpty())
					.forEach(names::add);
		}
		return new ArrayList<>(names);
	}

	/// Tags that can be told from one another and from what the gateway itself says; `null` where they are too many.
	static @Nullable Set<String> tags(HttpHeaders told) {
		Set<String> tags = new LinkedHashSet<>();
		for (String value : told.getAll(TAGS)) {
			for (String tag : value.split("[,\\s]+", -1)) {
				if (tag.length() > TAG_LENGTH_MAX || tags.size() >= TAGS_MAX) {
					return null;
				}
				if (!tag.isEmpty()) {
					tags.add(tag);
				}
			}
		}
		return tags;
	}

	/// What a service says that its answer to a write has changed.
	static Set<String> purged(HttpHeaders told) {
		Set<String> tags = new LinkedHashSet<>();
		for (String value : told.getAll(PURGE)) {
			Arrays.stream(value.split("[,\\s]+", -1)).filter((tag) -> !tag.isEmpty()).limit(TAGS_MAX)
					.forEach(tags::add);
		}
		return tags;
	}

	/// RFC 9111 section 3.5: what somebody got who said who they are is for others only if its service says so.
	private static boolean isShared(Directives directives) {
		return directives.has("public") || directives.has("s-maxage") || directives.has("must-revalidate");
	}

	private static long length(HttpHeaders told) {
		return Math.max(0, Directives.parse(told.get(HttpHeaderNames.CONTENT_LENGTH)));
	}

	/// RFC 9111 section 4.2.1.
	private long freshness(HttpHeaders told, Directives directives, boolean targeted) {
		long shared = directives.seconds("s-maxage");
		long any = (shared != Directives.ABSENT) ? shared : directives.seconds("max-age");
		if (any != Directives.ABSENT || targeted || !told.contains(HttpHeaderNames.EXPIRES)) {
			return any;
		}
		Instant expires = (told.getAll(HttpHeaderNames.EXPIRES).size() == 1)
				? date(told, HttpHeaderNames.EXPIRES)
				: null;
		return (expires != null) ? Duration.between(dated(told), expires).toSeconds() : 0;
	}

	/// RFC 9111 section 4.2.3. An age that cannot be read says that it is old.
	private long age(HttpHeaders told, long requestedAt, long answeredAt) {
		long apparent = Math.max(0, Duration.between(dated(told), this.clock.instant()).toSeconds());
		long passed = TimeUnit.NANOSECONDS.toSeconds(answeredAt - requestedAt);
		List<String> said = told.getAll(HttpHeaderNames.AGE);
		if (said.isEmpty()) {
			return Math.max(apparent, passed);
		}
		return (said.size() == 1 && isNumber(said.getFirst()))
				? Math.max(apparent, Directives.parse(said.getFirst()) + passed)
				: ANCIENT;
	}

	private static boolean isNumber(String text) {
		return !text.isEmpty() && text.chars().allMatch((digit) -> digit >= '0' && digit <= '9');
	}

	private Instant dated(HttpHeaders told) {
		Instant date = date(told, HttpHeaderNames.DATE);
		return (date != null) ? date : this.clock.instant();
	}

	static @Nullable Instant date(HttpHeaders headers, CharSequence name) {
		String text = headers.get(name);
		Date date = (text != null) ? DateFormatter.parseHttpDate(text) : null;
		return (date != null) ? date.toInstant() : null;
	}

}
