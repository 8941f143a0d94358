package io.billwright.local;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.billwright.platform.test.servers.Server;

/// One of our services in a JVM of its own.
///
/// @param jar the executable jar from the build
/// @param managementPort where it tells its health
record ServiceProcess(ServiceImage image, Path jar, int port, int managementPort, String heap,
		Map<String, String> environment) implements Server {

	private static final int TIMEOUT_MILLIS = 2000;

	private static final int HEALTHY = 200;

	@Override
	public String name() {
		return this.image.name();
	}

	@Override
	public void prepare() throws IOException {
		this.image.unpack(this.jar);
	}

	@Override
	public List<String> command() {
		List<String> command = java();
		if (this.image.isTrained()) {
			command.add("-XX:AOTCache=" + this.image.startCache());
			// A cache that does not fit costs time, never the start.
			command.add("-XX:AOTMode=auto");
		}
		command.add("-jar");
		command.add(this.image.jar().toString());
		return command;
	}

	/// The same, for a run that writes the start-up cache when it ends.
	List<String> trainingCommand(Path cache) {
		List<String> command = java();
		command.addAll(List.of("-XX:AOTCacheOutput=" + cache, "-jar", this.image.jar().toString()));
		return command;
	}

	private List<String> java() {
		return new ArrayList<>(List.of(Jdk.tool("java"), "-Xmx" + this.heap, "-Xss512k", "-XX:+UseSerialGC",
				"-XX:+ExitOnOutOfMemoryError", "-XX:MaxDirectMemorySize=64m", "-Xlog:disable", "-Xlog:all=error:stderr",
				"--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
	}

	/// Healthy is what the service itself calls ready: its database, Redis and Kafka included.
	@Override
	public void probe() throws IOException {
		URI readiness = URI.create("http://127.0.0.1:" + this.managementPort + "/actuator/health/ready");
		HttpURLConnection connection = (HttpURLConnection) readiness.toURL().openConnection();
		connection.setConnectTimeout(TIMEOUT_MILLIS);
		connection.setReadTimeout(TIMEOUT_MILLIS);
		try {
			if (connection.getResponseCode() != HEALTHY) {
				throw new IOException("its health answers " + connection.getResponseCode());
			}
		}
		finally {
			connection.disconnect();
		}
	}

}
