package io.billwright.gateway.redis;

/// Redis did not answer, or not in time. What that means for the request is the caller's to say.
public final class RedisAway extends RuntimeException {

	RedisAway(Throwable cause) {
		super("Redis is away: " + cause.getMessage(), cause, false, false);
	}

}
