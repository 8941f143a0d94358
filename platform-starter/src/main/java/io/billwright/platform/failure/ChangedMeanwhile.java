package io.billwright.platform.failure;

/// Somebody else changed the resource between reading and writing it. Nothing was written; read it again and retry.
public final class ChangedMeanwhile extends Failure {

	/// @param what the resource's name for people, for example `invoice`
	public ChangedMeanwhile(String what) {
		super(Kind.CONFLICT, "changed_meanwhile",
				"The %s was changed by another request at the same time. Read it again and retry.".formatted(what));
	}

}
