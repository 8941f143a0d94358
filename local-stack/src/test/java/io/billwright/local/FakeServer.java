package io.billwright.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.billwright.platform.test.servers.Ports;
import io.billwright.platform.test.servers.Server;

/// A server whose whole service is to exist: it is healthy while its file does.
record FakeServer(Path up, int port, String script) implements Server {

	/// One that becomes healthy and stays so until it is killed.
	static FakeServer steady(Path directory) {
		Path up = directory.resolve("up");
		return new FakeServer(up, Ports.free(),
				"trap 'rm -f \"$0\"; exit 0' TERM; touch \"$0\"; while :; do sleep 0.05; done");
	}

	/// One that becomes healthy the first time and dies at once every other time.
	static FakeServer dyingAfterItsFirstLife(Path directory) {
		return new FakeServer(directory.resolve("up"), Ports.free(),
				"[ ! -f \"$0.was\" ] || exit 7; touch \"$0.was\" \"$0\"; sleep 60");
	}

	@Override
	public String name() {
		return "fake";
	}

	@Override
	public void prepare() throws IOException {
		Files.deleteIfExists(this.up);
	}

	@Override
	public List<String> command() {
		return List.of("sh", "-c", this.script, this.up.toString());
	}

	@Override
	public void probe() throws IOException {
		if (!Files.exists(this.up)) {
			throw new IOException("not up");
		}
	}

}
