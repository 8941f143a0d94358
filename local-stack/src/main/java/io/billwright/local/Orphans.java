package io.billwright.local;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

import io.billwright.platform.test.servers.ChildProcess;

/// What a launcher that was killed leaves running.
final class Orphans {

	private Orphans() {
	}

	/// Stops them, the services first. To be called by whoever holds the directory's lock.
	///
	/// @param run the directory with the pid files
	/// @return how many there were
	static long reap(Path run, Consumer<String> journal) {
		long services = Arrays.stream(Service.values())
				.filter((service) -> reap(service.id(), "TERM", run, journal))
				.count();
		return services + count(reap("kafka", "TERM", run, journal))
				+ count(reap("redis", "TERM", run, journal)) + count(reap("postgres", "INT", run, journal));
	}

	private static boolean reap(String name, String signal, Path run, Consumer<String> journal) {
		boolean orphan = ChildProcess.reap(name, signal, run);
		if (orphan) {
			journal.accept("stopped %s, which an earlier launcher had left behind".formatted(name));
		}
		return orphan;
	}

	private static int count(boolean orphan) {
		return orphan ? 1 : 0;
	}

}
