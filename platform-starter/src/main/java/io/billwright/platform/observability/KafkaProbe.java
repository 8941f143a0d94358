package io.billwright.platform.observability;

import java.time.Duration;
import java.util.Map;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// Asks the brokers who they are. The client is made on the first look, as it resolves names, which blocks.
final class KafkaProbe implements DisposableBean {

	private static final Duration CLOSE = Duration.ofSeconds(1);

	private final Map<String, Object> configuration;

	private final int timeoutMillis;

	private final Mono<Admin> admin;

	private volatile @Nullable Admin made;

	KafkaProbe(String bootstrapServers, Duration timeout) {
		this.timeoutMillis = Math.toIntExact(timeout.toMillis());
		this.configuration = Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
				AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, this.timeoutMillis,
				AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, this.timeoutMillis,
				AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, this.timeoutMillis);
		this.admin = Mono.fromCallable(this::create).subscribeOn(Schedulers.boundedElastic())
				.cacheInvalidateIf((client) -> false);
	}

	private Admin create() {
		Admin client = Admin.create(this.configuration);
		this.made = client;
		return client;
	}

	/// A cold Mono that completes where a broker answers.
	Mono<?> look() {
		return this.admin.flatMap((client) -> Mono.fromCompletionStage(() -> client
				.describeCluster(new DescribeClusterOptions().timeoutMs(this.timeoutMillis))
				.clusterId()
				.toCompletionStage()));
	}

	@Override
	public void destroy() {
		Admin client = this.made;
		if (client != null) {
			client.close(CLOSE);
		}
	}

}
