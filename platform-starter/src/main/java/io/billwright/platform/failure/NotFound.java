package io.billwright.platform.failure;

/// There is no such thing for this tenant. Whether another tenant has it is never told.
public final class NotFound extends Failure {

	/// @param what the resource's name for people, for example `invoice`
	/// @param id the id as the caller wrote it
	public NotFound(String what, String id) {
		super(Kind.NOT_FOUND, "not_found", "No %s with the id '%s'.".formatted(what, id));
	}

}
