package io.billwright.user.session;

import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Tells every gateway at once that a credential is no longer what it was. Who misses it learns within the 30 seconds
/// for which a gateway remembers a credential.
@Component
public class Revocations {

	/// The Redis channel.
	static final String CHANNEL = "credentials.revoked";

	private final ReactiveStringRedisTemplate redis;

	Revocations(ReactiveStringRedisTemplate redis) {
		this.redis = redis;
	}

	/// Announces one.
	///
	/// @param credential the SHA-256 of an API key or of a session's secret, in hexadecimal digits, or the id of an API key
	/// whose signatures are meant
	public Mono<Void> announce(String credential) {
		return this.redis.convertAndSend(CHANNEL, credential).then();
	}

}
