package io.billwright.gateway.limit;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.billwright.gateway.redis.Announcements;
import io.billwright.gateway.redis.EdgeRedis;

/// Hears from user-service whose limits have changed.
@Configuration(proxyBeanMethods = false)
class LimitConfiguration {

	private static final String CHANNEL = "rate-limits.changed";

	/// Says that everybody's limits may have changed, for example those of a plan.
	private static final String EVERYBODY = "*";

	@Bean
	Announcements changedLimits(LettuceConnectionFactory connections, EdgeRedis redis, AgreedTerms terms) {
		return new Announcements(connections, redis, CHANNEL, (organization) -> {
			if (organization.equals(EVERYBODY)) {
				terms.dropAll();
			}
			else {
				terms.drop(organization);
			}
		}, (heard) -> terms.dropAll());
	}

}
