package io.billwright.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.billwright.platform.test.servers.ChildProcess;

/// Makes the start-up caches of a new build: each service is started once, as it will be, and stopped as soon as it is
/// healthy; what the JVM has loaded and linked until then goes into its cache. What goes wrong costs only the cache.
final class Training implements AutoCloseable {

	/// For an orderly stop and for writing the cache.
	private static final Duration WRITE_LIMIT = Duration.ofMinutes(5);

	private final Path logs;

	private final Duration startTimeout;

	private final Consumer<String> journal;

	private final Set<ChildProcess> running = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	/// @param logs where each service's log is written
	Training(Path logs, Duration startTimeout, Consumer<String> journal) {
		this.logs = logs;
		this.startTimeout = startTimeout;
		this.journal = journal;
	}

	/// Trains those that are not trained yet, as many at a time as there are processors.
	void train(List<ServiceProcess> services) {
		List<ServiceProcess> untrained = services.stream().filter((service) -> !service.image().isTrained()).toList();
		if (untrained.isEmpty()) {
			return;
		}
		this.journal.accept("making the start-up caches of this build: once, about a minute ...");
		long begin = System.nanoTime();
		try (ExecutorService lanes = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
			untrained.forEach((service) -> lanes.execute(() -> train(service)));
		}
		if (!this.closed) {
			this.journal.accept(String.format(Locale.ROOT, "start-up caches made in %.0f s",
					(System.nanoTime() - begin) / 1e9));
		}
	}

	/// Ends it at once.
	@Override
	public void close() {
		this.closed = true;
		this.running.forEach(ChildProcess::kill);
	}

	private void train(ServiceProcess service) {
		Path cache = service.image().home().resolve("training.aot");
		try (ChildProcess process = ChildProcess.start(service.name(), service.trainingCommand(cache),
				service.environment(), service.stopSignal(), this.logs)) {
			this.running.add(process);
			if (this.closed) {
				return;
			}
			process.awaitReady(service::probe, this.startTimeout);
			process.stop();
			process.onExit().get(WRITE_LIMIT.toSeconds(), TimeUnit.SECONDS);
			Files.move(cache, service.image().startCache(), StandardCopyOption.ATOMIC_MOVE);
		}
		catch (InterruptedException exception) {
			Thread.currentThread().interrupt();
		}
		catch (Exception exception) {
			if (!this.closed) {
				this.journal.accept("no start-up cache for %s, it starts slower: %s".formatted(service.name(),
						exception.getMessage()));
			}
		}
	}

}
