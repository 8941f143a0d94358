package io.billwright.gateway.upstream;

import java.time.Duration;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/// How services are reached, how long they are waited for, and when one that does not answer is given a rest.
///
/// @param responseTimeout how long a service may be silent once it has the whole request
/// @param failureRate percentage of requests without an answer from which on it is given a rest
/// @param window how many of the last requests are looked at
/// @param minimum how many requests there must have been
/// @param rest how long it is left alone; then a few requests probe it
/// @param resolve how often the names of the services are looked up
/// @param slowStart how long a new instance gets less than its share of the requests
/// @param retry when a request is sent once more
/// @param outlier when one instance is left out
@ConfigurationProperties(UpstreamSettings.PREFIX)
record UpstreamSettings(@DefaultValue("30s") Duration responseTimeout, @DefaultValue("50") float failureRate,
		@DefaultValue("50") int window, @DefaultValue("10") int minimum, @DefaultValue("5s") Duration rest,
		@DefaultValue("5s") Duration resolve, @DefaultValue("30s") Duration slowStart, @DefaultValue Retry retry,
		@DefaultValue Outlier outlier) {

	static final String PREFIX = "billwright.gateway.upstream";

	/// @param attempts of one request at the most, the first included
	/// @param ratio retries for each request of a service, 0 to 1; at most what 100 requests earn is saved
	/// @param backoff up to which a retry waits, doubled for the next one, where it goes to the same instance
	/// @param body the largest body that is kept so that it can be sent again
	record Retry(@DefaultValue("3") int attempts, @DefaultValue("0.1") double ratio,
			@DefaultValue("25ms") Duration backoff, @DefaultValue("64KB") DataSize body) {

		Retry {
			Assert.isTrue(attempts >= 1, "attempts: must be at least 1");
			Assert.isTrue(ratio >= 0 && ratio <= 1, "ratio: must be between 0 and 1");
		}

	}

	/// @param failures requests without an answer, one after the other, after which an instance is left out
	/// @param failureRate percentage of an interval's requests without an answer or with 500, 502 or 503 from which on it
	///        is, if the others' is less than half of that
	/// @param minimum how many requests it must have had in the interval
	/// @param interval how often the percentages are compared
	/// @param rest how long it is left out; as many times longer as it has been left out in a row
	/// @param restMax how long at the most
	/// @param share percentage of a service's instances that are left out at the same time at the most
	record Outlier(@DefaultValue("5") int failures, @DefaultValue("50") int failureRate,
			@DefaultValue("20") int minimum, @DefaultValue("10s") Duration interval, @DefaultValue("10s") Duration rest,
			@DefaultValue("5m") Duration restMax, @DefaultValue("50") int share) {

		Outlier {
			Assert.isTrue(failures >= 1, "failures: must be at least 1");
			Assert.isTrue(share >= 0 && share <= 100, "share: must be between 0 and 100");
		}

	}

	static UpstreamSettings of(Binder configuration) {
		return configuration.bindOrCreate(PREFIX, UpstreamSettings.class);
	}

	/// What the service answers, even a 500, is an answer: only silence counts.
	CircuitBreakerConfig breaker() {
		return CircuitBreakerConfig.custom()
				.failureRateThreshold(this.failureRate)
				.slidingWindow(this.window, this.minimum, SlidingWindowType.COUNT_BASED,
						SlidingWindowSynchronizationStrategy.LOCK_FREE)
				.waitDurationInOpenState(this.rest)
				.permittedNumberOfCallsInHalfOpenState(3)
				.build();
	}

}
