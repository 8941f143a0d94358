package io.billwright.platform.test.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Redis 7 on 127.0.0.1 with at most 256 MB of data.
///
/// @param directory where its append-only file lives
/// @param durability whether it writes an append-only file, synced once a second
public record RedisServer(Path directory, int port, Durability durability) implements Server {

	/// How many numbered databases it offers, so that every test context can have its own.
	static final int DATABASES = 1024;

	private static final int TIMEOUT_MILLIS = 1000;

	@Override
	public String name() {
		return "redis";
	}

	@Override
	public void prepare() throws IOException {
		Binaries.redis();
		Files.createDirectories(this.directory);
	}

	@Override
	public List<String> command() {
		String appendOnly = (this.durability == Durability.DURABLE) ? "yes" : "no";
		return List.of(binary(), "--port", Integer.toString(this.port), "--bind", "127.0.0.1", "--dir",
				this.directory.toString(), "--databases", Integer.toString(DATABASES), "--save", "", "--appendonly",
				appendOnly, "--appendfsync", "everysec", "--maxmemory", "256mb", "--maxmemory-policy", "volatile-lru");
	}

	/// A server that still loads its file answers `-LOADING` and counts as not ready.
	@Override
	public void probe() throws IOException {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port), TIMEOUT_MILLIS);
			socket.setSoTimeout(TIMEOUT_MILLIS);
			socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
			String answer = new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII);
			if (!answer.equals("+PONG")) {
				throw new IOException("Redis answered " + answer);
			}
		}
	}

	/// The address of one of its numbered databases.
	public String url(int database) {
		return "redis://127.0.0.1:" + this.port + "/" + database;
	}

	private static String binary() {
		try {
			return Binaries.redis().toString();
		}
		catch (IOException exception) {
			throw new ServerFailure("Redis cannot be unpacked: " + exception.getMessage(), exception);
		}
	}

}
