package io.billwright.platform.failure;

/// What sort of failure it is, and so which HTTP status answers it.
public enum Kind {

	/// The request itself is malformed or breaks a rule that needs no data to check.
	INVALID(400),
	/// No valid credential.
	UNAUTHENTICATED(401),
	/// A valid credential that lacks the permission.
	FORBIDDEN(403),
	/// It does not exist, or it is another tenant's: the two are never told apart.
	NOT_FOUND(404),
	/// The state of the resource does not allow it.
	CONFLICT(409),
	/// `If-Match` named another version.
	PRECONDITION_FAILED(412),
	/// The body is larger than the limit.
	TOO_LARGE(413),
	/// Well-formed, but what it asks for cannot be done.
	UNPROCESSABLE(422),
	/// Too many requests.
	RATE_LIMITED(429),
	/// Something this service needs is down or full; the same request may succeed later.
	UNAVAILABLE(503),
	/// The time is over that the caller allowed.
	TOO_LATE(504);

	private final int status;

	Kind(int status) {
		this.status = status;
	}

	/// The HTTP status code.
	public int status() {
		return this.status;
	}

}
