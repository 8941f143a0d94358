package io.billwright.platform.test.servers;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.Time;

/// A Kafka broker and controller in one (KRaft) inside this JVM, on 127.0.0.1, sized for one machine.
public final class KafkaBroker implements AutoCloseable {

	/// Fixed, so that a directory formatted once is recognized for ever.
	private static final String CLUSTER_ID = "QmlsbHdyaWdodExvY2FsMQ";

	private final int port;

	private final KafkaRaftServer server;

	private KafkaBroker(int port, KafkaRaftServer server) {
		this.port = port;
		this.server = server;
	}

	/// Runs a broker until the JVM is asked to end.
	///
	/// @param arguments directory, port, controller port
	public static void main(String[] arguments) throws IOException {
		KafkaBroker broker = start(Path.of(arguments[0]), Integer.parseInt(arguments[1]),
				Integer.parseInt(arguments[2]), Durability.DURABLE);
		Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "stop"));
		broker.server.awaitShutdown();
	}

	/// Formats the directory when it is empty and starts the broker.
	///
	/// @throws IOException when the directory cannot be written
	public static KafkaBroker start(Path directory, int port, int controllerPort, Durability durability)
			throws IOException {
		Files.createDirectories(directory);
		Properties properties = properties(directory.resolve("log"), port, controllerPort, durability);
		format(directory, properties);
		KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
		server.startup();
		return new KafkaBroker(port, server);
	}

	/// The address for `bootstrap.servers`.
	public String bootstrapServers() {
		return "127.0.0.1:" + this.port;
	}

	@Override
	public void close() {
		this.server.shutdown();
		this.server.awaitShutdown();
	}

	/// Asks a broker once whether it is part of its cluster.
	///
	/// @throws IOException when it is not yet
	public static void probe(String bootstrapServers) throws IOException {
		Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers, "request.timeout.ms", 5000,
				"default.api.timeout.ms", 5000);
		try (Admin admin = Admin.create(settings)) {
			if (admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).isEmpty()) {
				throw new IOException("Kafka has no broker yet");
			}
		}
		catch (ExecutionException | TimeoutException exception) {
			throw new IOException("Kafka does not answer: " + exception.getMessage(), exception);
		}
		catch (InterruptedException exception) {
			Thread.currentThread().interrupt();
			throw new IOException(exception);
		}
	}

	private static void format(Path directory, Properties properties) throws IOException {
		Path file = directory.resolve("server.properties");
		try (OutputStream out = Files.newOutputStream(file)) {
			properties.store(out, null);
		}
		PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
		StorageTool.execute(new String[]{"format", "--config", file.toString(), "--cluster-id", CLUSTER_ID,
			"--ignore-formatted"}, silent);
	}

	private static Properties properties(Path log, int port, int controllerPort, Durability durability) {
		Properties properties = new Properties();
		properties.putAll(Map.of("process.roles", "broker,controller", "node.id", "1", "controller.quorum.voters",
				"1@127.0.0.1:" + controllerPort, "controller.listener.names", "CONTROLLER", "listeners",
				"PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort, "advertised.listeners",
				"PLAINTEXT://127.0.0.1:" + port, "listener.security.protocol.map",
				"PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT", "log.dirs", log.toString(), "auto.create.topics.enable",
				"false"));
		// One node: nothing to replicate, nobody to wait for.
		properties.putAll(Map.of("offsets.topic.replication.factor", "1", "offsets.topic.num.partitions", "4",
				"transaction.state.log.replication.factor", "1", "transaction.state.log.min.isr", "1",
				"transaction.state.log.num.partitions", "4", "share.coordinator.state.topic.replication.factor", "1",
				"share.coordinator.state.topic.min.isr", "1", "group.initial.rebalance.delay.ms", "0"));
		// A broker that was killed is known dead after 3 s instead of 9 s, and its successor accepted as soon.
		properties.putAll(Map.of("broker.session.timeout.ms", "3000", "broker.heartbeat.interval.ms", "1000"));
		// Small machine: few threads, small buffers.
		properties.putAll(Map.of("num.network.threads", "2", "num.io.threads", "2", "background.threads", "2",
				"log.cleaner.dedupe.buffer.size", "4194304", "log.cleaner.io.buffer.size", "131072",
				"log.index.size.max.bytes", "1048576", "log.segment.bytes", "67108864", "socket.request.max.bytes",
				"8388608"));
		if (durability == Durability.DURABLE) {
			properties.put("log.flush.interval.ms", "1000");
		}
		return properties;
	}

}
