package io.billwright.gateway.cache;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.billwright.gateway.redis.Announcements;
import io.billwright.gateway.redis.EdgeRedis;

/// Hears what is purged.
@Configuration(proxyBeanMethods = false)
class CacheConfiguration {

	@Bean
	Announcements purges(LettuceConnectionFactory connections, EdgeRedis redis, SharedCache cache) {
		return new Announcements(connections, redis, SharedCache.CHANNEL, cache::hear, cache::hear);
	}

}
