package io.billwright.user.system;

import java.time.Duration;
import java.util.List;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;

/// Sweeps every hour. What has expired is refused at once all the same; this only makes room.
@Configuration(proxyBeanMethods = false)
class Sweep {

	private static final Duration PAUSE = Duration.ofHours(1);

	@Bean
	Recurring sweeping(List<Sweeper> sweepers, SystemTransaction transaction) {
		return new Recurring("Sweeping", PAUSE,
				Flux.fromIterable(sweepers)
						.concatMap((sweeper) -> sweeper.sweep().as(transaction::transactional))
						.then());
	}

}
