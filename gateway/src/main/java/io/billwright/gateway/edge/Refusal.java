package io.billwright.gateway.edge;

/// What the listener refuses before there is a request that anything else could see.
enum Refusal {

	/// It cannot be read.
	MALFORMED(400, "Bad Request", "bad_request",
			"The request cannot be read: its first line, a header or an escape in its path is malformed."),
	/// First line and headers did not arrive.
	SLOW(408, "Request Timeout", "request_timeout", "The head of the request did not arrive in time."),
	/// The first line is too long.
	URI_TOO_LONG(414, "URI Too Long", "uri_too_long",
			"The first line of the request is longer than this accepts."),
	/// The headers are too large, all together.
	HEADERS_TOO_LARGE(431, "Request Header Fields Too Large", "headers_too_large",
			"The headers of the request are larger than this accepts."),
	/// Nothing of the client's doing.
	ACCIDENT(500, "Internal Server Error", "internal_error",
			"Something went wrong on our side. Quote the request_id to support.");

	private final int status;

	private final String title;

	private final String code;

	private final String detail;

	Refusal(int status, String title, String code, String detail) {
		this.status = status;
		this.title = title;
		this.code = code;
		this.detail = detail;
	}

	/// What a bare status of the listener means.
	static Refusal of(int status) {
		for (Refusal refusal : values()) {
			if (refusal.status == status) {
				return refusal;
			}
		}
		return (status >= ACCIDENT.status) ? ACCIDENT : MALFORMED;
	}

	int status() {
		return this.status;
	}

	String title() {
		return this.title;
	}

	String code() {
		return this.code;
	}

	String detail() {
		return this.detail;
	}

}
