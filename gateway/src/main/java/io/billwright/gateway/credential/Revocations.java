package io.billwright.gateway.credential;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.billwright.gateway.redis.Announcements;
import io.billwright.gateway.redis.EdgeRedis;

/// Hears from user-service what is revoked, and forgets it at once.
@Configuration(proxyBeanMethods = false)
class Revocations {

	private static final String CHANNEL = "credentials.revoked";

	private static final String ORGANIZATION_PREFIX = "org:";

	@Bean
	Announcements revokedCredentials(LettuceConnectionFactory connections, EdgeRedis redis, Credentials credentials) {
		return new Announcements(connections, redis, CHANNEL, (revoked) -> {
			if (revoked.startsWith(ORGANIZATION_PREFIX)) {
				credentials.revokeAll(revoked.substring(ORGANIZATION_PREFIX.length()));
			}
			else {
				credentials.revoke(revoked);
			}
		}, credentials::hear);
	}

}
