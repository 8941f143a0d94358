package io.billwright.platform.web;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// The version that a write expects, from `If-Match`. A controller takes it as an argument; without the header, or
/// with `*`, every version is as expected.
///
/// @param version `null` for any
public record ExpectedVersion(@Nullable Long version) {

	/// Any version will do.
	public static final ExpectedVersion ANY = new ExpectedVersion(null);

	/// Checks the resource's current version.
	///
	/// @throws Mismatch where another one was expected
	public void check(long current) {
		if ((this.version != null) && (this.version != current)) {
			throw new Mismatch(current);
		}
	}

	/// `If-Match` named another version than the current one.
	public static final class Mismatch extends Failure {

		Mismatch(long current) {
			super(Kind.PRECONDITION_FAILED, "precondition_failed",
					"If-Match names another version; the current one is \"%d\".".formatted(current));
		}

	}

}
