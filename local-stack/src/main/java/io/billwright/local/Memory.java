package io.billwright.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Stream;

/// How much memory processes keep resident. Where the kernel tells it (Linux), a page that several processes share counts
/// once in the sum; elsewhere it counts in each.
final class Memory {

	private Memory() {
	}

	/// @return bytes, for these processes with all their descendants
	static long resident(Collection<Long> pids) {
		return pids.stream()
				.flatMap((pid) -> ProcessHandle.of(pid).stream())
				.flatMap((handle) -> Stream.concat(Stream.of(handle), handle.descendants()))
				.map(ProcessHandle::pid)
				.distinct()
				.mapToLong(Memory::resident)
				.sum();
	}

	private static long resident(long pid) {
		try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "smaps_rollup"))) {
			return lines.filter((line) -> line.startsWith("Pss:"))
					.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
					.sum();
		}
		catch (IOException | java.io.UncheckedIOException notLinux) {
			return residentByPs(pid);
		}
	}

	private static long residentByPs(long pid) {
		try {
			Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid)).start();
			String kibibytes = new String(ps.getInputStream().readAllBytes(),
					java.nio.charset.StandardCharsets.US_ASCII)
					.strip();
			return kibibytes.isEmpty() ? 0 : Long.parseLong(kibibytes) * 1024;
		}
		catch (IOException | NumberFormatException unknown) {
			return 0;
		}
	}

}
