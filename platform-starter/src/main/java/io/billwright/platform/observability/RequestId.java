package io.billwright.platform.observability;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.ids.Ids;

/// Names one request from the client's log through the gateway to the last service. It travels in the Reactor context,
/// under this class, and stands in every log line as `request_id`.
///
/// @param value 8 to 128 letters, digits, dots, dashes and underscores
public record RequestId(String value) {

	/// The header that carries it, in and out.
	public static final String HEADER = "X-Request-Id";

	private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9._-]{8,128}");

	/// The client's own where it is well-formed, or else a new one.
	public static RequestId of(@Nullable String header) {
		return ((header != null) && WELL_FORMED.matcher(header).matches())
				? new RequestId(header)
				: new RequestId(Ids.next().toString());
	}

}
