package io.billwright.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.billwright.platform.test.servers.KafkaBroker;
import io.billwright.platform.test.servers.Ports;
import io.billwright.platform.test.servers.Server;

/// The Kafka broker in a JVM of its own, so that it can die without taking the launcher along.
///
/// @param archive where the JVM keeps its parsed classes for the next start
record KafkaProcess(Path directory, Path archive, int port, int controllerPort) implements Server {

	@Override
	public String name() {
		return "kafka";
	}

	@Override
	public void prepare() throws IOException {
		Files.createDirectories(this.directory);
		Files.createDirectories(this.archive.getParent());
	}

	@Override
	public List<String> command() {
		return List.of(Jdk.tool("java"), "-Xmx256m", "-Xss512k", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError",
				"-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + this.archive, "-Xlog:disable",
				"--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp",
				System.getProperty("java.class.path"), KafkaBroker.class.getName(), this.directory.toString(),
				Integer.toString(this.port), Integer.toString(this.controllerPort));
	}

	@Override
	public void probe() throws IOException {
		if (!Ports.isTaken(this.port)) {
			throw new IOException("Kafka does not listen yet");
		}
		KafkaBroker.probe("127.0.0.1:" + this.port);
	}

}
