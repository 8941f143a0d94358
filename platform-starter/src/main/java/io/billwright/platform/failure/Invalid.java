package io.billwright.platform.failure;

import java.util.List;

/// The request has fields that cannot be accepted.
public final class Invalid extends Failure {

	private final transient List<FieldError> fields;

	/// @param fields every problem that was found, at least one
	public Invalid(List<FieldError> fields) {
		super(Kind.INVALID, "invalid_request",
				(fields.size() == 1)
						? "One field of the request is not valid."
						: fields.size() + " fields of the request are not valid.");
		this.fields = List.copyOf(fields);
	}

	/// One field's problem.
	public Invalid(String field, String code, String message) {
		this(List.of(new FieldError(field, code, message)));
	}

	@Override
	public List<FieldError> fields() {
		return this.fields;
	}

}
