package io.billwright.gateway.validation;

import java.time.Duration;
import java.util.Collection;
import java.util.stream.Collectors;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Counts what breaks a document, and logs one of them a minute for each operation.
@Component
class Breaches {

	private static final Logger logger = LoggerFactory.getLogger(Breaches.class);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	/// More operations than any API has.
	private static final int OPERATIONS = 10_000;

	/// Of one line in the log.
	private static final int FIELDS = 10;

	private final MeterRegistry meters;

	private final Cache<String, Boolean> logged = Caffeine.newBuilder()
			.maximumSize(OPERATIONS)
			.expireAfterWrite(PAUSE)
			.build();

	Breaches(MeterRegistry meters) {
		this.meters = meters;
	}

	/// @param message `request` or `response`
	/// @param what is wrong, without any value: those are the client's
	void record(Operation operation, String message, boolean refused, Collection<String> what) {
		this.meters.counter("billwright.gateway.validation.breaches", "route", operation.route(), "message", message,
				"outcome", refused ? "refused" : "passed").increment();
		if (this.logged.asMap().putIfAbsent(message + operation.name(), true) == null) {
			logger.info("A {} of {} breaks the document of {}: {}", message, operation.name(), operation.route(),
					what.stream().limit(FIELDS).collect(Collectors.joining(", ")));
		}
	}

}
