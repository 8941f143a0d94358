package io.billwright.platform.failure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/// Something that is needed is down or full. Nothing was acknowledged; the same request may succeed later.
public final class Unavailable extends Failure {

	private final Duration retryAfter;

	/// @param code for example `user_service_unavailable`
	/// @param retryAfter when a retry is worthwhile
	public Unavailable(String code, String detail, Duration retryAfter) {
		this(code, detail, retryAfter, null);
	}

	/// @param cause for the log alone
	public Unavailable(String code, String detail, Duration retryAfter, @Nullable Throwable cause) {
		super(Kind.UNAVAILABLE, code, detail, cause);
		this.retryAfter = retryAfter;
	}

	@Override
	public @Nullable Duration retryAfter() {
		return this.retryAfter;
	}

}
