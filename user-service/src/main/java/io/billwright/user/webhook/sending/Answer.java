package io.billwright.user.webhook.sending;

import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/// What came of an attempt.
///
/// @param status of HTTP; `null` where no answer came
/// @param body the beginning of the answer
/// @param retryAfter what the receiver asks for; `null` where it does not say
public record Answer(Result result, @Nullable Integer status, Duration duration, String body,
		@Nullable Duration retryAfter) {

	private static final int GONE = 410;

	static Answer without(Result result, Duration duration) {
		return new Answer(result, null, duration, "", null);
	}

	/// Whether the receiver wants nothing any more.
	public boolean isGone() {
		return (this.status != null) && (this.status == GONE);
	}

	/// How it ended.
	public enum Result {

		/// Answered with a status of the 2xx kind.
		DELIVERED,
		/// Answered with another status; redirects are not followed.
		REFUSED,
		/// No answer in time.
		TIMEOUT,
		/// The name is not known.
		UNKNOWN_HOST,
		/// The name leads to an address that is not public, or the URL is not `https:`.
		ADDRESS_REFUSED,
		/// There is no HTTPS with a certificate that is trusted.
		TLS_FAILED,
		/// No connection, or one that broke.
		UNREACHABLE;

		/// The name on the wire and in metrics.
		public String code() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
