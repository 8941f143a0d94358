package io.billwright.gateway.edge;

import org.springframework.util.unit.DataSize;

import io.billwright.platform.failure.Failure;
import io.billwright.platform.failure.Kind;

/// The body is larger than this path accepts.
final class BodyTooLarge extends Failure {

	BodyTooLarge(DataSize limit) {
		super(Kind.TOO_LARGE, "body_too_large", "The body is larger than the %d bytes that this path accepts."
				.formatted(limit.toBytes()));
	}

}
