package io.billwright.gateway.upstream;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

import io.netty.handler.timeout.ReadTimeoutException;
import reactor.netty.channel.AbortedException;

/// What may have become of a request that got no answer.
enum UpstreamTrouble {

	/// Nothing of it was sent: no connection could be made, or it was closed before.
	UNSENT,
	/// No connection was free for it in time.
	CROWDED,
	/// The connection was lost: it may have been seen, or not.
	LOST,
	/// The service got it and stayed silent, so that nobody knows what it did.
	SILENT,
	/// The instance got it and would not do it: 503.
	REFUSED,
	/// Nothing that the service or the way to it is to blame for.
	NONE;

	static UpstreamTrouble of(Throwable failure) {
		return switch (failure) {
			case Refused _ -> REFUSED;
			case ReadTimeoutException _ -> SILENT;
			case ConnectException _ -> UNSENT;
			case NoRouteToHostException _ -> UNSENT;
			case UnknownHostException _ -> UNSENT;
			case AbortedException aborted when AbortedException.isConnectionReset(aborted) -> UNSENT;
			case RejectedExecutionException _ -> UNSENT; // the pool of an address that is no longer the service's
			case IOException _ -> LOST;
			case TimeoutException _ -> CROWDED;
			default -> NONE;
		};
	}

	/// Whether it shows that the instance cannot be reached or does not answer.
	boolean isSilence() {
		return this == UNSENT || this == LOST || this == SILENT;
	}

	/// An answer of an instance that another one may better.
	static final class Refused extends RuntimeException {

		Refused() {
			super("503", null, false, false);
		}

	}

}
