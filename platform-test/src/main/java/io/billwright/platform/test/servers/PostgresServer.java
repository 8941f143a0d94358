package io.billwright.platform.test.servers;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import com.sun.management.OperatingSystemMXBean;

/// PostgreSQL 18 on 127.0.0.1.
///
/// @param directory its data directory's parent; the data survive restarts
/// @param password the password of the administrator `postgres`
/// @param durability whether a commit waits until the data are on the disk
public record PostgresServer(Path directory, int port, String password, Durability durability) implements Server {

	static final String ADMIN = "postgres";

	private static final int LOGIN_TIMEOUT_SECONDS = 2;

	@Override
	public String name() {
		return "postgres";
	}

	@Override
	public void prepare() throws IOException {
		Path home = Binaries.postgres();
		if (!Files.exists(data().resolve("PG_VERSION"))) {
			Directories.delete(data());
			Files.createDirectories(this.directory);
			initialize(home);
		}
	}

	/// Fills a directory beside the data directory and renames it, so that an interrupted start leaves no half database.
	private void initialize(Path home) throws IOException {
		Path filling = this.directory.resolve("data.new");
		Directories.delete(filling);
		Path passwordFile = Files.createTempFile(this.directory, "password", "",
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
		try {
			Files.writeString(passwordFile, this.password);
			run(unprivileged(List.of(home.resolve("bin/initdb").toString(), "--pgdata=" + filling,
					"--username=" + ADMIN, "--pwfile=" + passwordFile, "--auth=scram-sha-256", "--encoding=UTF8",
					"--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync")));
			Files.move(filling, data());
		}
		finally {
			Files.deleteIfExists(passwordFile);
		}
	}

	@Override
	public List<String> command() {
		List<String> command = new ArrayList<>();
		command.add(binary());
		command.add("-D");
		command.add(data().toString());
		settings().forEach((setting) -> {
			command.add("-c");
			command.add(setting);
		});
		return unprivileged(command);
	}

	private List<String> settings() {
		String durable = (this.durability == Durability.DURABLE) ? "on" : "off";
		return List.of("port=" + this.port, "listen_addresses=127.0.0.1", "unix_socket_directories=",
				"max_connections=200", "shared_buffers=" + sharedBuffers(), "io_method=sync",
				"max_wal_size=" + walSize(), "jit=off",
				"timezone=UTC",
				"log_line_prefix=%m [%p] %q%u@%d ", "fsync=" + durable, "synchronous_commit=" + durable,
				"full_page_writes=" + durable);
	}

	/// A sixteenth of the memory, within 256 MB and 2 GB. It becomes resident only as far as there are pages to keep.
	private static String sharedBuffers() {
		long bytes = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
		return Math.clamp((bytes >> 20) / 16, 256, 2_048) + "MB";
	}

	/// A tenth of the free disk, within 2 GB and 8 GB. As long as no more is logged within five minutes, a page that changes again
	/// and again is written, and logged as a whole, once in them.
	private String walSize() {
		long megabytes = (this.directory.toFile().getUsableSpace() >> 20) / 10;
		return Math.clamp(megabytes, 2_048, 8_192) + "MB";
	}

	@Override
	public void probe() throws IOException {
		try (Connection connection = DriverManager.getConnection(jdbcUrl("postgres") + "?loginTimeout="
				+ LOGIN_TIMEOUT_SECONDS, ADMIN, this.password)) {
			connection.isValid(LOGIN_TIMEOUT_SECONDS);
		}
		catch (SQLException exception) {
			throw new IOException(exception.getMessage(), exception);
		}
	}

	/// Fast shutdown: rolls back what is open instead of waiting for clients to leave.
	@Override
	public String stopSignal() {
		return "INT";
	}

	/// The address of one database for JDBC.
	public String jdbcUrl(String database) {
		return "jdbc:postgresql://127.0.0.1:" + this.port + "/" + database;
	}

	/// The address of one database for R2DBC.
	public String r2dbcUrl(String database) {
		return "r2dbc:postgresql://127.0.0.1:" + this.port + "/" + database;
	}

	private Path data() {
		return this.directory.resolve("data");
	}

	private static String binary() {
		try {
			return Binaries.postgres().resolve("bin/postgres").toString();
		}
		catch (IOException exception) {
			throw new ServerFailure("PostgreSQL cannot be unpacked: " + exception.getMessage(), exception);
		}
	}

	/// PostgreSQL refuses to run as root; a user namespace of its own, in which it is nobody, satisfies it.
	private static List<String> unprivileged(List<String> command) {
		if (!System.getProperty("user.name").equals("root")) {
			return command;
		}
		List<String> wrapped = new ArrayList<>(List.of("unshare", "--user"));
		wrapped.addAll(command);
		return wrapped;
	}

	private static void run(List<String> command) throws IOException {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
		try {
			if (process.waitFor() != 0) {
				throw new IOException("initdb failed: " + output.strip());
			}
		}
		catch (InterruptedException exception) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted during initdb", exception);
		}
	}

}
