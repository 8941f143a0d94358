package io.billwright.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.test.servers.Databases;
import io.billwright.platform.test.servers.Ports;
import io.billwright.platform.test.servers.Server;
import io.billwright.platform.test.servers.ServerFailure;

/// The whole platform on this machine: real servers and the five services, each a process of its own.
///
/// Components are named `postgres`, `redis`, `kafka`, `gateway`, `user-service`, `invoice-service`, `analytics-service`
/// and `search-service`.
public final class LocalStack implements AutoCloseable {

	private static final long LEAST_FREE_BYTES = 1L << 30;

	private static final Duration PROBE_INTERVAL = Duration.ofMillis(100);

	private final Settings settings;

	private final Path root;

	private final boolean supervise;

	private final Consumer<String> journal;

	private final Map<String, Supervised> components = Collections.synchronizedMap(new LinkedHashMap<>());

	private final Deque<AutoCloseable> parts = new ArrayDeque<>();

	private boolean closed;

	private LocalStack(Builder builder) {
		this.settings = builder.settings;
		this.root = builder.root;
		this.supervise = builder.supervise;
		this.journal = builder.journal;
	}

	public static Builder builder() {
		return new Builder();
	}

	/// Starts everything and returns when all of it is healthy. On a failure everything is stopped again.
	///
	/// @throws ServerFailure with one line that says what is wrong and what to do
	public void start() {
		try {
			prepareDirectory();
			register(DirectoryLock.acquire(run()));
			Orphans.reap(run(), this.journal);
			requireFreePorts();
			Secrets secrets = Secrets.in(directory().resolve("secrets"));
			startEverything(secrets);
		}
		catch (IOException exception) {
			close();
			throw new ServerFailure("%s cannot be used: %s".formatted(directory(), exception), exception);
		}
		catch (RuntimeException exception) {
			boolean stopped = isClosed();
			close();
			throw stopped ? new ServerFailure("Stopped while starting.", exception) : exception;
		}
	}

	/// The public HTTPS address.
	public URI url() {
		return URI.create("https://localhost:" + this.settings.port(Setting.GATEWAY_PORT));
	}

	/// The file with the API key of whoever operates it.
	public Path operatorKey() {
		return directory().resolve("secrets/operator.api-key");
	}

	/// The certificate a client must trust.
	public Path certificate() {
		return directory().resolve("secrets/gateway.certificate.pem");
	}

	/// The directory with every mail that was sent, as `.eml` files.
	public Path mails() {
		return directory().resolve("mails");
	}

	/// The directory with a log for each component.
	public Path logs() {
		return run();
	}

	/// The value of a setting, for example the port of a service.
	public String get(Setting setting) {
		return this.settings.text(setting);
	}

	/// The process ids of what runs at this moment, by component.
	public Map<String, Long> pids() {
		Map<String, Long> pids = new LinkedHashMap<>();
		this.components.forEach((name, component) -> component.pid().ifPresent((pid) -> pids.put(name, pid)));
		return pids;
	}

	/// Ends a component at once, as `kill -9` does. When the stack supervises, it comes back by itself.
	public void kill(String component) {
		component(component).kill();
	}

	/// Starts a component again, stopping it first where it still runs, and waits until it is healthy.
	public void restart(String component) {
		component(component).restart();
	}

	/// Waits until a component is healthy.
	public void awaitHealthy(String component) {
		long deadline = System.nanoTime() + this.settings.startTimeout().toNanos();
		while (true) {
			try {
				component(component).server().probe();
				return;
			}
			catch (IOException notYet) {
				if (System.nanoTime() > deadline) {
					throw new ServerFailure(component + " is not healthy: " + notYet.getMessage(), notYet);
				}
				pause();
			}
		}
	}

	/// Stops everything in an orderly way: the gateway first, then the services, the servers last. It cannot be started
	/// again.
	@Override
	public void close() {
		for (AutoCloseable part = next(); part != null; part = next()) {
			try {
				part.close();
			}
			catch (Exception exception) {
				this.journal.accept("while stopping: " + exception.getMessage());
			}
		}
	}

	private synchronized boolean isClosed() {
		return this.closed;
	}

	private synchronized @Nullable AutoCloseable next() {
		this.closed = true;
		return this.parts.poll();
	}

	/// What is registered last is closed first.
	private synchronized void register(AutoCloseable part) {
		this.parts.push(part);
		if (this.closed) {
			throw new ServerFailure("Stopped while starting.");
		}
	}

	Settings settings() {
		return this.settings;
	}

	private Path directory() {
		return this.settings.directory();
	}

	private Path run() {
		return directory().resolve("run");
	}

	private Supervised component(String name) {
		Supervised component = this.components.get(name);
		if (component == null) {
			throw new ServerFailure("There is no component %s here; there are %s.".formatted(name,
					this.components.keySet()));
		}
		return component;
	}

	private void prepareDirectory() throws IOException {
		try {
			Files.createDirectories(directory(),
					PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
			Files.delete(Files.createTempFile(directory(), "writable", ""));
		}
		catch (IOException exception) {
			throw new ServerFailure("%s cannot be written (%s): correct its owner or choose another one with %s."
					.formatted(directory(), exception, Setting.DIRECTORY.flag()), exception);
		}
		if (directory().toFile().getUsableSpace() < LEAST_FREE_BYTES) {
			throw new ServerFailure("The disk of %s has less than 1 GiB left: make room or choose another one with %s."
					.formatted(directory(), Setting.DIRECTORY.flag()));
		}
		Files.createDirectories(run());
	}

	private void requireFreePorts() {
		for (Setting setting : Setting.values()) {
			if (setting.isPort() && isUsed(setting) && Ports.isTaken(this.settings.port(setting))) {
				throw new ServerFailure(
						"Port %d is taken by another program: stop that program or choose another port with %s."
								.formatted(this.settings.port(setting), setting.flag()));
			}
		}
	}

	private boolean isUsed(Setting port) {
		return switch (port) {
			case POSTGRES_PORT -> this.settings.external(Setting.POSTGRES_URL).isEmpty();
			case REDIS_PORT -> this.settings.external(Setting.REDIS_URL).isEmpty();
			case KAFKA_PORT, KAFKA_CONTROLLER_PORT -> this.settings.external(Setting.KAFKA_BOOTSTRAP_SERVERS).isEmpty();
			default -> true;
		};
	}

	private void startEverything(Secrets secrets) throws IOException {
		register(SmtpSink.start(this.settings.port(Setting.SMTP_PORT), mails(), Clock.systemUTC()));
		Wiring wiring = new Wiring(this.settings, secrets, this.root);
		List<ServiceProcess> services = wiring.services();
		CompletableFuture<?> unpacked = all(services, this::prepare);
		startAll(wiring.servers());
		Databases databases = wiring.databases();
		databases.createRoles(secrets.ownerPassword(), secrets.appPassword());
		Service.databases().forEach(databases::create);
		join(unpacked);
		if (Boolean.parseBoolean(this.settings.text(Setting.START_CACHE))) {
			train(services);
		}
		startAll(services);
	}

	private void train(List<ServiceProcess> services) {
		Training training = new Training(run(), this.settings.startTimeout(), this.journal);
		register(training);
		training.train(services);
	}

	private void prepare(Server server) {
		try {
			server.prepare();
		}
		catch (IOException exception) {
			throw new ServerFailure("%s cannot be prepared: %s".formatted(server.name(), exception), exception);
		}
	}

	/// Starts them side by side. The first that fails ends the wait for the others.
	private void startAll(List<? extends Server> servers) {
		List<Supervised> group = servers.stream().map(this::supervise).toList();
		register(() -> join(
				all(group.stream().filter(Predicate.not(LocalStack::isFrontDoor)).toList(), Supervised::close)));
		register(() -> join(all(group.stream().filter(LocalStack::isFrontDoor).toList(), Supervised::close)));
		join(all(group, this::startOne));
	}

	private Supervised supervise(Server server) {
		Supervised component = new Supervised(server, run(), this.settings.startTimeout(), this.supervise,
				this.journal);
		this.components.put(server.name(), component);
		return component;
	}

	private static boolean isFrontDoor(Supervised component) {
		return component.server().name().equals(Service.GATEWAY.id());
	}

	private void startOne(Supervised component) {
		long begin = System.nanoTime();
		component.start();
		this.journal.accept("%-18s healthy on 127.0.0.1:%d after %.1f s".formatted(component.server().name(),
				component.server().port(), (System.nanoTime() - begin) / 1e9));
	}

	private static <T> CompletableFuture<?> all(Collection<T> items, Consumer<T> work) {
		CompletableFuture<?> firstFailure = new CompletableFuture<>();
		CompletableFuture<?>[] each = items.stream()
				.map((item) -> CompletableFuture.runAsync(() -> work.accept(item), Thread.ofPlatform().daemon()::start)
						.whenComplete((done, failure) -> {
							if (failure != null) {
								firstFailure.completeExceptionally(failure);
							}
						}))
				.toArray(CompletableFuture[]::new);
		return CompletableFuture.anyOf(CompletableFuture.allOf(each), firstFailure);
	}

	private static void pause() {
		try {
			Thread.sleep(PROBE_INTERVAL);
		}
		catch (InterruptedException exception) {
			Thread.currentThread().interrupt();
			throw new ServerFailure("Interrupted while waiting", exception);
		}
	}

	private static void join(CompletableFuture<?> work) {
		try {
			work.join();
		}
		catch (CompletionException exception) {
			if (exception.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw exception;
		}
	}

	/// What a stack is made of; by default as `./billwright up` starts it, but without making start-up caches.
	public static final class Builder {

		private Settings settings = new Settings(Settings.defaults()).with(Setting.START_CACHE, "false");

		private Path root = Path.of("").toAbsolutePath();

		private boolean supervise = true;

		private Consumer<String> journal = (line) -> {
		};

		private Builder() {
		}

		/// Where data, logs, secrets and mails are kept.
		public Builder directory(Path directory) {
			return set(Setting.DIRECTORY, directory.toString());
		}

		/// The project's root, below which the services' jars are found, and what `./billwright up` has unpacked and
		/// cached of them.
		public Builder root(Path directory) {
			this.root = directory;
			return set(Setting.CACHE, directory.resolve(".billwright/cache").toString());
		}

		/// A free port for each of them.
		public Builder randomPorts() {
			this.settings = this.settings.withRandomPorts();
			return this;
		}

		/// Any setting.
		public Builder set(Setting setting, String value) {
			this.settings = this.settings.with(setting, value);
			return this;
		}

		/// Whether what dies is started again; default true.
		public Builder supervise(boolean value) {
			this.supervise = value;
			return this;
		}

		/// Is told in one line each what happens.
		public Builder journal(Consumer<String> lines) {
			this.journal = lines;
			return this;
		}

		Builder settings(Settings all) {
			this.settings = all;
			return this;
		}

		public LocalStack build() {
			return new LocalStack(this);
		}

	}

}
