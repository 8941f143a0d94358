package io.billwright.platform.json;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// The body is not JSON at all, or it repeats a key.
public final class MalformedJson extends Failure {

	/// @param detail where and why, without quoting it
	public MalformedJson(String detail) {
		super(Kind.INVALID, "malformed_json", detail);
	}

}
