package io.billwright.platform.test.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A child process with a log, a pid file, a readiness probe and an orderly end.
///
/// The pid file outlives a launcher that was killed, so that the next one finds the orphan: see [#reap].
public final class ChildProcess implements AutoCloseable {

	private static final Duration GRACE = Duration.ofSeconds(20);

	private static final Duration PROBE_INTERVAL = Duration.ofMillis(100);

	private static final int LOG_LINES_TOLD = 5;

	private static final int LOG_LINE_LENGTH = 400;

	/// The last cause in a stack trace.
	private static final Pattern ROOT_CAUSE = Pattern.compile(".*\\\\n(Caused by: [^\\\\\"]*)");

	private static final Pattern MESSAGE = Pattern.compile("\"message\":\"((?:[^\"\\\\]|\\\\.)*)\"");

	private final String name;

	private final Process process;

	private final String stopSignal;

	private final Path log;

	private final Path pidFile;

	private ChildProcess(String name, Process process, String stopSignal, Path log, Path pidFile) {
		this.name = name;
		this.process = process;
		this.stopSignal = stopSignal;
		this.log = log;
		this.pidFile = pidFile;
	}

	/// Prepares a server and starts it; does not wait until it serves.
	///
	/// @param directory where `<name>.log` and `<name>.pid` are written
	/// @throws ServerFailure when the port is taken or the directory cannot be written
	public static ChildProcess start(Server server, Path directory) {
		try {
			Ports.requireFree(server.name(), server.port());
			server.prepare();
			return start(server.name(), server.command(), server.environment(), server.stopSignal(), directory);
		}
		catch (IOException exception) {
			throw new ServerFailure("%s cannot be prepared: %s".formatted(server.name(), exception), exception);
		}
	}

	/// Starts any program. Its output is appended to `<name>.log`.
	///
	/// @param environment added to this process's own
	/// @throws IOException when the program cannot be started or the directory cannot be written
	public static ChildProcess start(String name, List<String> command, Map<String, String> environment,
			String stopSignal, Path directory) throws IOException {
		Files.createDirectories(directory);
		Path log = directory.resolve(name + ".log");
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
				.redirectOutput(Redirect.appendTo(log.toFile()));
		builder.environment().putAll(environment);
		Process process = builder.start();
		Path pidFile = Files.writeString(directory.resolve(name + ".pid"), identity(process.toHandle()));
		return new ChildProcess(name, process, stopSignal, log, pidFile);
	}

	/// Waits until the probe returns normally.
	///
	/// @throws ServerFailure when the process ends before, or the time is over; the message ends with the last log lines
	public void awaitReady(Probe probe, Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		while (true) {
			try {
				probe.run();
				return;
			}
			catch (IOException notYet) {
				if (!isAlive()) {
					throw new ServerFailure("%s ended with code %d while starting. Its last lines in %s:%n%s"
							.formatted(this.name, this.process.exitValue(), this.log, lastLogLines()));
				}
				if (System.nanoTime() > deadline) {
					throw new ServerFailure("%s was not ready within %d s (%s). Its last lines in %s:%n%s".formatted(
							this.name, timeout.toSeconds(), notYet.getMessage(), this.log, lastLogLines()));
				}
			}
			pause();
		}
	}

	public String name() {
		return this.name;
	}

	public long pid() {
		return this.process.pid();
	}

	public boolean isAlive() {
		return this.process.isAlive();
	}

	/// Completes when the process has ended, for whatever reason.
	public CompletableFuture<Process> onExit() {
		return this.process.onExit();
	}

	/// Ends the process at once, as `kill -9` does.
	public void kill() {
		this.process.destroyForcibly();
		waitFor(GRACE);
	}

	/// Asks for an orderly end; does not wait for it.
	public void stop() {
		if (isAlive()) {
			signal(this.stopSignal, pid());
		}
	}

	/// Asks for an orderly end and waits for it, at most 20 s; then ends it at once.
	@Override
	public void close() {
		stop();
		if (!waitFor(GRACE)) {
			kill();
		}
		deleteQuietly(this.pidFile);
	}

	/// The end of its log, for error messages.
	public String lastLogLines() {
		try {
			List<String> lines = Files.readAllLines(this.log, java.nio.charset.StandardCharsets.ISO_8859_1);
			return lines.subList(Math.max(0, lines.size() - LOG_LINES_TOLD), lines.size())
					.stream()
					.map(ChildProcess::readable)
					.collect(Collectors.joining(System.lineSeparator()));
		}
		catch (IOException exception) {
			return "(the log cannot be read: " + exception + ")";
		}
	}

	/// Of a structured line only what people read: its messages and the cause at the root. Of a long line its beginning.
	private static String readable(String line) {
		String messages = Stream.concat(MESSAGE.matcher(line).results(), ROOT_CAUSE.matcher(line).results())
				.map((match) -> match.group(1).replace("\\n", " ").replace("\\\"", "\"").strip())
				.collect(Collectors.joining(": "));
		String told = messages.isEmpty() ? line : messages;
		return (told.length() <= LOG_LINE_LENGTH) ? told : told.substring(0, LOG_LINE_LENGTH) + "...";
	}

	/// Ends what a killed launcher left behind under this name. The start time in the pid file proves that the pid was
	/// not given to another program since.
	///
	/// @return whether there was such an orphan
	public static boolean reap(String name, String stopSignal, Path directory) {
		Path pidFile = directory.resolve(name + ".pid");
		Optional<ProcessHandle> orphan = running(pidFile);
		orphan.ifPresent((handle) -> end(handle, stopSignal));
		deleteQuietly(pidFile);
		return orphan.isPresent();
	}

	/// The process a pid file names, when it still runs.
	public static Optional<ProcessHandle> running(Path pidFile) {
		try {
			String identity = Files.readString(pidFile);
			return ProcessHandle.of(Long.parseLong(identity.lines().findFirst().orElse("-1")))
					.filter(ProcessHandle::isAlive)
					.filter((handle) -> identity(handle).equals(identity));
		}
		catch (IOException | NumberFormatException absent) {
			return Optional.empty();
		}
	}

	/// Pid and start time: together they name one process, also after pids have been reused.
	public static String identity(ProcessHandle handle) {
		return "%d%n%s%n".formatted(handle.pid(), handle.info().startInstant().map(Object::toString).orElse("unknown"));
	}

	private static void end(ProcessHandle handle, String stopSignal) {
		signal(stopSignal, handle.pid());
		try {
			handle.onExit().get(GRACE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (InterruptedException interrupted) {
			Thread.currentThread().interrupt();
		}
		catch (Exception notInTime) {
			handle.destroyForcibly();
			handle.onExit().join();
		}
	}

	private static void signal(String signal, long pid) {
		try {
			new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid).start().waitFor();
		}
		catch (IOException exception) {
			throw new UncheckedIOException(exception);
		}
		catch (InterruptedException exception) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean waitFor(Duration timeout) {
		try {
			return this.process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException exception) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private static void pause() {
		try {
			Thread.sleep(PROBE_INTERVAL);
		}
		catch (InterruptedException exception) {
			Thread.currentThread().interrupt();
			throw new ServerFailure("Interrupted while waiting for a server", exception);
		}
	}

	private static void deleteQuietly(Path file) {
		try {
			Files.deleteIfExists(file);
		}
		catch (IOException exception) {
			// A pid file that stays names a process that ended: harmless, see #running.
		}
	}

	/// One attempt to find out whether a process serves.
	@FunctionalInterface
	public interface Probe {

		/// @throws IOException when it does not serve yet
		void run() throws IOException;

	}

}
