package io.billwright.platform.problem;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.FieldError;

/// A problem document (RFC 9457).
///
/// @param type a path of the documentation that explains the code
/// @param title the status in words
/// @param status the HTTP status
/// @param detail what happened, for people
/// @param instance the path of the request
/// @param code stable; clients branch on it
/// @param errors the problems of single fields, all of them
/// @param requestId what to quote to support
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(String type, String title, int status, String detail, String instance, String code,
		List<FieldError> errors, @Nullable String requestId) {

	/// Where docs/reference/errors.md is served; the code is the fragment.
	private static final String DOCUMENTED_AT = "/docs/errors#";

	/// A problem of a code.
	public static Problem of(int status, String title, String code, String detail, List<FieldError> errors,
			String instance,
			@Nullable String requestId) {
		return new Problem(DOCUMENTED_AT + code, title, status, detail, instance, code, errors, requestId);
	}

}
