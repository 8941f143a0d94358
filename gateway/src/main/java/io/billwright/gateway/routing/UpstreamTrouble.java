package io.billwright.gateway.routing;

import java.io.IOException;
import java.util.concurrent.TimeoutException;

import io.netty.handler.timeout.ReadTimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/// The service could not be reached or did not answer: no connection to be had, or lost, or silence.
final class UpstreamTrouble extends RuntimeException {

	UpstreamTrouble(Throwable cause) {
		super(cause.getMessage(), cause, false, false);
	}

	/// Whether the service got the request and stayed silent, so that nobody knows what it did.
	boolean isSilence() {
		return isSilence(getCause());
	}

	static boolean isTrouble(Throwable failure) {
		return failure instanceof IOException || failure instanceof TimeoutException || isSilence(failure);
	}

	private static boolean isSilence(@Nullable Throwable failure) {
		return failure instanceof ReadTimeoutException || (failure instanceof ResponseStatusException status
				&& status.getStatusCode().isSameCodeAs(HttpStatus.GATEWAY_TIMEOUT));
	}

}
