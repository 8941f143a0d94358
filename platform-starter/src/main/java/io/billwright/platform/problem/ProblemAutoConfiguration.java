package io.billwright.platform.problem;

import io.micrometer.context.ContextSnapshotFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.json.JsonMapper;

/// One way to say that something failed.
@AutoConfiguration
public final class ProblemAutoConfiguration {

	@Bean
	ProblemExceptionHandler problemExceptionHandler(JsonMapper mapper, ContextSnapshotFactory contexts) {
		return new ProblemExceptionHandler(mapper, contexts);
	}

}
