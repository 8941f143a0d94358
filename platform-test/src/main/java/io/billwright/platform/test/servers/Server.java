package io.billwright.platform.test.servers;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// What it takes to run one server as a child process.
public interface Server {

	/// The name used for its log, its pid file and in messages.
	String name();

	/// The TCP port on 127.0.0.1 it listens on.
	int port();

	/// Installs binaries and formats an empty directory; does nothing where that was done before.
	///
	/// @throws IOException when the directory cannot be written
	void prepare() throws IOException;

	/// The program and its arguments.
	List<String> command();

	/// What is added to the environment of the launching process.
	default Map<String, String> environment() {
		return Map.of();
	}

	/// Asks once whether the server serves. Returns normally when it does.
	///
	/// @throws IOException when it does not yet
	void probe() throws IOException;

	/// The signal that asks for an orderly end.
	default String stopSignal() {
		return "TERM";
	}

}
