package io.billwright.user.system;

import reactor.core.publisher.Mono;

/// Something that keeps rows which expire.
public interface Sweeper {

	/// Deletes what has expired, in a transaction above organizations.
	Mono<Void> sweep();

}
