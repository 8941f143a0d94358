package io.billwright.analytics.booking;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.stereotype.Component;

import io.billwright.analytics.booking.Rebuild.Progress;

/// The rebuild on the management port: `GET` shows this instance's latest one, `POST` begins one.
@Component
@Endpoint(id = "rebuild")
class RebuildEndpoint {

	private final Rebuild rebuild;

	RebuildEndpoint(Rebuild rebuild) {
		this.rebuild = rebuild;
	}

	@ReadOperation
	Progress progress() {
		return this.rebuild.progress();
	}

	@WriteOperation
	Begun begin() {
		return new Begun(this.rebuild.begin());
	}

	/// @param begun false while a rebuild is under way on this instance
	record Begun(boolean begun) {}

}
