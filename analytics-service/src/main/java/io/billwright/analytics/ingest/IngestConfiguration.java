package io.billwright.analytics.ingest;

import java.util.concurrent.Executors;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IngestSettings.class)
class IngestConfiguration {

	/// Threads that may wait for Kafka. What waits for them is bounded by [InWork].
	@Bean(destroyMethod = "dispose")
	Scheduler intakeWorkers(IngestSettings settings) {
		return Schedulers.fromExecutorService(Executors.newFixedThreadPool(settings.threads(),
				Thread.ofPlatform().name("usage-intake-", 0).daemon().factory()), "usage-intake");
	}

}
