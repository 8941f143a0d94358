package io.billwright.platform.caching;

import java.time.Clock;

import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisReactiveAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import tools.jackson.databind.json.JsonMapper;

/// Two-level caches for every service that has Redis.
@AutoConfiguration(after = DataRedisReactiveAutoConfiguration.class, afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@EnableConfigurationProperties(CachingSettings.class)
public final class CachingAutoConfiguration {

	/// While Redis is away commands fail at once instead of piling up.
	@Bean
	LettuceClientOptionsBuilderCustomizer rejectWhileDisconnected() {
		return (options) -> options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(ReactiveRedisConnectionFactory.class)
	static class TwoLevels {

		@Bean
		Link cacheLink(ReactiveRedisConnectionFactory connections, ReactiveStringRedisTemplate redis,
				CachingSettings settings, @Value("${spring.application.name:service}") String service) {
			return new Link(connections, redis, channel(service), settings.heartbeat());
		}

		@Bean
		Caches caches(Link link, ReactiveStringRedisTemplate redis, CachingSettings settings, JsonMapper json,
				ObjectProvider<MeterRegistry> registries, ObjectProvider<Clock> clocks,
				@Value("${spring.application.name:service}") String service) {
			MeterRegistry meters = registries.getIfAvailable(SimpleMeterRegistry::new);
			RedisLevel level = new RedisLevel(redis, settings, channel(service), link::isUp, meters);
			return new Caches(service, settings, link, level, json, meters, clocks.getIfAvailable(Clock::systemUTC));
		}

		@Bean
		Warmer cacheWarmer(Caches caches, Link link, CachingSettings settings) {
			return new Warmer(caches, link, settings);
		}

		private static String channel(String service) {
			return "cache-evictions:" + service;
		}

	}

}
