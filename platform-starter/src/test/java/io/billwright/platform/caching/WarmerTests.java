package io.billwright.platform.caching;

import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.ConfigurableEnvironment;
import reactor.core.publisher.Mono;

import io.billwright.platform.lifecycle.SecondInstance;
import io.billwright.platform.tenancy.Tenant;
import io.billwright.platform.test.PlatformTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/// Whole instances, which warm themselves.
@PlatformTest(classes = WarmerTests.Application.class, properties = {"spring.application.name=warmer-tests",
	"billwright.caching.warm-interval=300ms", "billwright.caching.heartbeat=200ms",
	"billwright.caching.redis-timeout=500ms"})
class WarmerTests {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final Tenant tenant = new Tenant(UUID.randomUUID(), true);

	@Autowired
	private ConfigurableEnvironment environment;

	@Autowired
	private Link link;

	@Autowired
	private TwoLevelCache<String, String> words;

	@Test
	void instanceWhenStartedAndLaterThenFetchesWhatIsHot() {
		await().atMost(LIMIT).until(this.link::isUp);
		get(this.words, "a", Mono.just("hot"));
		try (ConfigurableApplicationContext second = SecondInstance.start(this.environment, Application.class,
				"spring.application.name=warmer-tests", "billwright.caching.warm-interval=300ms",
				"billwright.caching.heartbeat=200ms", "billwright.caching.redis-timeout=500ms")) {
			await().atMost(LIMIT).until(() -> held(second) == 1);
			get(this.words, "b", Mono.just("hot later"));
			await().atMost(LIMIT).until(() -> held(second) == 2);

			@SuppressWarnings("unchecked")
			TwoLevelCache<String, String> there = second.getBean(TwoLevelCache.class);
			Mono<String> unasked = Mono.error(() -> new AssertionError("loaded all the same"));
			assertThat(get(there, "a", unasked)).isEqualTo("hot");
			assertThat(get(there, "b", unasked)).isEqualTo("hot later");
		}
	}

	private String get(TwoLevelCache<String, String> cache, String key, Mono<String> loader) {
		return cache.get(key, (any) -> loader).contextWrite(this.tenant.bind()).block(LIMIT);
	}

	private static double held(ConfigurableApplicationContext instance) {
		return instance.getBean(MeterRegistry.class).get("cache.size").tag("cache", "words").gauge().value();
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		TwoLevelCache<String, String> words(Caches caches) {
			return caches.named("words", Function.identity(), String.class);
		}

	}

}
