package io.billwright.platform.failure;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// Something a caller is told about. Each feature has one sealed subclass that lists all of its failures; the problem
/// package maps them to HTTP. A failure is an answer, not an accident, so it carries no stack trace.
public abstract class Failure extends RuntimeException {

	private final Kind kind;

	private final String code;

	/// @param code stable, in snake case, listed in docs/reference/errors.md
	/// @param detail for the caller: no class names, no SQL, nothing of other tenants
	protected Failure(Kind kind, String code, String detail) {
		this(kind, code, detail, null);
	}

	/// @param cause for the log alone
	protected Failure(Kind kind, String code, String detail, @Nullable Throwable cause) {
		super(detail, cause, false, false);
		this.kind = kind;
		this.code = code;
	}

	/// What sort of failure it is.
	public final Kind kind() {
		return this.kind;
	}

	/// The stable code that a client may branch on.
	public final String code() {
		return this.code;
	}

	/// The public explanation.
	public final String detail() {
		return String.valueOf(getMessage());
	}

	/// The problems of single fields, all of them at once; empty where no field is to blame.
	public List<FieldError> fields() {
		return List.of();
	}

	/// After which time it is worth trying again, or `null` where that is unknown.
	public @Nullable Duration retryAfter() {
		return null;
	}

}
