package io.billwright.gateway.cors;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// No organization allows this origin to call the API from a browser.
public final class OriginNotAllowed extends Failure {

	public OriginNotAllowed() {
		super(Kind.FORBIDDEN, "origin_not_allowed",
				"No organization allows this origin. An owner can add it to the organization's allowed origins.");
	}

}
