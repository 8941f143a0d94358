package io.billwright.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.test.servers.ChildProcess;

/// Makes the start-up caches of a new build: one service after the other is started a second time at the lowest
/// priority, on ports nobody uses, and ends as soon as its context stands. What goes wrong costs only the cache.
final class Training implements AutoCloseable {

	private static final Duration LIMIT = Duration.ofMinutes(15);

	private final Path directory;

	private final Consumer<String> journal;

	private @Nullable ChildProcess running;

	private boolean closed;

	private Training(Path directory, Consumer<String> journal) {
		this.directory = directory;
		this.journal = journal;
	}

	static Training inBackground(List<ServiceProcess> services, Path directory, Consumer<String> journal) {
		Training training = new Training(directory, journal);
		List<ServiceProcess> untrained = services.stream().filter((service) -> !service.image().isTrained()).toList();
		Thread.ofVirtual().name("training").start(() -> untrained.forEach(training::train));
		return training;
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		if (this.running != null) {
			this.running.kill();
		}
	}

	private void train(ServiceProcess service) {
		Path cache = service.image().home().resolve("training.aot");
		try (ChildProcess process = launch(service, cache)) {
			if (process == null) {
				return;
			}
			int code = process.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join().exitValue();
			if (code == 0 && Files.exists(cache)) {
				Files.move(cache, service.image().startCache(), StandardCopyOption.ATOMIC_MOVE);
			}
			else if (!isClosed()) {
				this.journal
						.accept("no start-up cache for %s (code %d): see training.log".formatted(service.name(), code));
			}
		}
		catch (IOException | RuntimeException exception) {
			if (!isClosed()) {
				this.journal.accept("no start-up cache for %s: %s".formatted(service.name(), exception.getMessage()));
			}
		}
	}

	private synchronized @Nullable ChildProcess launch(ServiceProcess service, Path cache) throws IOException {
		if (this.closed) {
			return null;
		}
		this.running = ChildProcess.start("training", service.trainingCommand(cache), service.trainingEnvironment(),
				"TERM", this.directory);
		return this.running;
	}

	private synchronized boolean isClosed() {
		return this.closed;
	}

}
