package io.billwright.platform.test.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/// The servers of this test JVM: each is started when it is first asked for, on a random port and in a temporary
/// directory, and stopped with the JVM.
public final class EmbeddedServers {

	/// The password of every role of the test databases.
	public static final String PASSWORD = "billwright";

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final String PREFIX = "billwright-test-";

	private static final EmbeddedServers INSTANCE = new EmbeddedServers();

	private final Path directory;

	private final Deque<AutoCloseable> running = new ArrayDeque<>();

	private final AtomicInteger databases = new AtomicInteger();

	private final AtomicInteger redisDatabases = new AtomicInteger();

	private @Nullable PostgresServer postgres;

	private @Nullable RedisServer redis;

	private @Nullable KafkaBroker kafka;

	private EmbeddedServers() {
		try {
			Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
			removeLeftovers(temporary);
			this.directory = Files.createTempDirectory(temporary, PREFIX + ProcessHandle.current().pid() + "-");
		}
		catch (IOException exception) {
			throw new UncheckedIOException(exception);
		}
		Runtime.getRuntime().addShutdownHook(new Thread(this::end, "stop-embedded-servers"));
	}

	/// The PostgreSQL server, with both roles present.
	public static PostgresServer postgres() {
		return INSTANCE.startedPostgres();
	}

	/// The Redis server.
	public static RedisServer redis() {
		return INSTANCE.startedRedis();
	}

	/// The Kafka broker. Topics are not created automatically.
	public static KafkaBroker kafka() {
		return INSTANCE.startedKafka();
	}

	/// Creates a database nobody else uses and returns its name.
	public static String freshDatabase() {
		String name = "test_" + INSTANCE.databases.incrementAndGet();
		Databases.of(postgres()).create(name);
		return name;
	}

	/// The URL of a Redis database nobody else uses. Publish/subscribe channels are shared by all of them.
	public static String freshRedisUrl() {
		return redis().url(INSTANCE.redisDatabases.getAndIncrement() % RedisServer.DATABASES);
	}

	private synchronized PostgresServer startedPostgres() {
		if (this.postgres == null) {
			PostgresServer server = new PostgresServer(this.directory.resolve("postgres"), Ports.free(), PASSWORD,
					Durability.THROWAWAY);
			start(server);
			Databases.of(server).createRoles(PASSWORD, PASSWORD);
			this.postgres = server;
		}
		return this.postgres;
	}

	private synchronized RedisServer startedRedis() {
		if (this.redis == null) {
			RedisServer server = new RedisServer(this.directory.resolve("redis"), Ports.free(), Durability.THROWAWAY);
			start(server);
			this.redis = server;
		}
		return this.redis;
	}

	private synchronized KafkaBroker startedKafka() {
		if (this.kafka == null) {
			try {
				this.kafka = KafkaBroker.start(this.directory.resolve("kafka"), Ports.free(), Ports.free(),
						Durability.THROWAWAY);
			}
			catch (IOException exception) {
				throw new UncheckedIOException(exception);
			}
			this.running.push(this.kafka);
		}
		return this.kafka;
	}

	private void start(Server server) {
		ChildProcess process = ChildProcess.start(server, this.directory);
		this.running.push(process);
		process.awaitReady(server::probe, TIMEOUT);
	}

	/// Without its servers every context that is still being closed would wait out its limits, one after the other.
	private void end() {
		stop();
		Runtime.getRuntime().halt(0);
	}

	private synchronized void stop() {
		try {
			while (!this.running.isEmpty()) {
				this.running.pop().close();
			}
			Directories.delete(this.directory);
		}
		catch (Exception exception) {
			System.err.println("Embedded servers were not stopped cleanly: " + exception);
		}
	}

	/// A test JVM that was killed leaves servers and files behind: the next one ends and deletes them.
	private static void removeLeftovers(Path temporary) throws IOException {
		try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(temporary, PREFIX + "*")) {
			for (Path leftover : leftovers) {
				if (!isOwnerAlive(leftover)) {
					ChildProcess.reap("postgres", "INT", leftover);
					ChildProcess.reap("redis", "TERM", leftover);
					deleteQuietly(leftover);
				}
			}
		}
	}

	private static boolean isOwnerAlive(Path directory) {
		String name = directory.getFileName().toString();
		long pid = Long.parseLong(name.substring(PREFIX.length(), name.indexOf('-', PREFIX.length())));
		return ProcessHandle.of(pid).isPresent();
	}

	/// Several JVMs may clean up at the same time.
	private static void deleteQuietly(Path leftover) {
		try {
			Directories.delete(leftover);
		}
		catch (IOException anotherJvmDeletesToo) {
			// Nothing to do: what is left is deleted by the next one.
		}
	}

}
