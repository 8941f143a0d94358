package io.billwright.local;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.billwright.local.demo.Demo;
import io.billwright.platform.test.servers.ChildProcess;
import io.billwright.platform.test.servers.Directories;
import io.billwright.platform.test.servers.ServerFailure;

/// What `./billwright` does once Java runs: one command, then its options.
public final class Launcher {

	private static final int STOP_SECONDS = 120;

	private static final double GIBIBYTE = 1L << 30;

	private final PrintStream out;

	private final Path root;

	private Launcher(PrintStream out, Path root) {
		this.out = out;
		this.root = root;
	}

	public static void main(String[] arguments) {
		Path root = Path.of(System.getProperty("billwright.root", "")).toAbsolutePath();
		PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
		try {
			new Launcher(out, root).run(new ArrayList<>(Arrays.asList(arguments)));
		}
		catch (ServerFailure failure) {
			out.flush();
			System.err.println("billwright: " + failure.getMessage());
			System.exit(1);
		}
		catch (IOException | java.io.UncheckedIOException exception) {
			System.err.println("billwright: " + exception.getMessage());
			System.exit(1);
		}
	}

	private void run(List<String> arguments) throws IOException {
		String command = arguments.isEmpty() ? "help" : arguments.removeFirst();
		switch (command) {
			case "up" -> up(arguments);
			case "down" -> down(Settings.of(arguments, System.getenv()));
			case "status" -> status(Settings.of(arguments, System.getenv()));
			case "mails" -> mails(arguments);
			case "demo" -> demo(arguments);
			case "help", "--help", "-h" -> help();
			default -> throw new ServerFailure("There is no command %s. Run ./billwright help.".formatted(command));
		}
	}

	private void up(List<String> arguments) throws IOException {
		boolean fresh = arguments.remove("--fresh");
		Settings settings = Settings.of(arguments, System.getenv());
		if (fresh) {
			startOver(settings);
		}
		if (DirectoryLock.isHeld(run(settings))) {
			this.out.println("Billwright already runs:");
			status(settings);
			return;
		}
		long begin = System.nanoTime();
		LocalStack stack = LocalStack.builder().root(this.root).settings(settings).journal(this::say).build();
		Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stack, settings), "stop"));
		this.out.println("Starting Billwright in " + settings.directory());
		stack.start();
		remember(settings);
		welcome(stack, settings, (System.nanoTime() - begin) / 1e9);
		awaitEnd();
	}

	/// Deletes what an installation knows; unpacked services and start-up caches stay.
	private void startOver(Settings settings) throws IOException {
		down(settings);
		for (String part : List.of("data", "mails", "secrets", "run")) {
			Directories.delete(settings.directory().resolve(part));
		}
		this.out.println("Deleted all data in " + settings.directory());
	}

	private void welcome(LocalStack stack, Settings settings, double seconds) {
		this.out.printf(Locale.ROOT, "%nBillwright is up: %s%n", stack.url());
		this.out.printf(Locale.ROOT, "All healthy after %.1f s, %.2f GiB of memory resident.%n%n", seconds,
				resident(stack.pids().values()));
		RunningStack.of(settings, this.root).print(this.out);
		this.out.printf("%nTry next, in another terminal:%n");
		nextCommands(stack, settings).forEach((command) -> this.out.println("  " + command));
		this.out.printf("%nCtrl-C or %s stops it; the data stay.%n", settings.command("down"));
	}

	private List<String> nextCommands(LocalStack stack, Settings settings) {
		return List.of(settings.command("demo"),
				"curl --cacert %s %s/api/v1/openapi.json".formatted(relative(stack.certificate()), stack.url()),
				settings.command("status"));
	}

	private Path relative(Path path) {
		return path.startsWith(this.root) ? this.root.relativize(path) : path;
	}

	private static double resident(java.util.Collection<Long> children) {
		List<Long> pids = new ArrayList<>(children);
		pids.add(ProcessHandle.current().pid());
		return Memory.resident(pids) / GIBIBYTE;
	}

	private void stop(LocalStack stack, Settings settings) {
		if (!stack.pids().isEmpty()) {
			this.out.println("Stopping Billwright ...");
		}
		stack.close();
		if (isOurs(settings)) {
			deleteQuietly(pidFile(settings));
			this.out.println("Billwright has stopped.");
		}
	}

	private static boolean isOurs(Settings settings) {
		return ChildProcess.running(pidFile(settings))
				.filter((handle) -> handle.pid() == ProcessHandle.current().pid())
				.isPresent();
	}

	private void down(Settings settings) throws IOException {
		Optional<ProcessHandle> launcher = ChildProcess.running(pidFile(settings));
		if (launcher.isPresent()) {
			this.out.println("Stopping Billwright ...");
			launcher.get().destroy();
			awaitEnd(launcher.get());
			this.out.println("Billwright has stopped.");
			return;
		}
		if (!Files.isDirectory(run(settings))) {
			this.out.println("Billwright does not run.");
			return;
		}
		try (DirectoryLock _ = DirectoryLock.acquire(run(settings))) {
			if (Orphans.reap(run(settings), this::say) == 0) {
				this.out.println("Billwright does not run.");
			}
		}
	}

	private void status(Settings settings) {
		requireRunning(settings);
		RunningStack running = RunningStack.of(recall(settings), this.root);
		running.print(this.out);
		this.out.printf(Locale.ROOT, "%n%.2f GiB of memory resident.%n", resident(running.pids()));
	}

	private void mails(List<String> arguments) throws IOException {
		Settings settings = Settings.takeDirectory(arguments, System.getenv());
		Mails mails = new Mails(settings.directory().resolve("mails"));
		if (arguments.size() > 1) {
			throw new ServerFailure("One mail at a time: " + settings.command("mails [number]"));
		}
		if (arguments.isEmpty()) {
			mails.list(this.out);
			this.out.println("Show one with: " + settings.command("mails <number>"));
		}
		else {
			mails.show(arguments.getFirst(), this.out);
		}
	}

	/// The demo is a client like any other: it gets the API's address and the certificate to trust.
	private void demo(List<String> arguments) {
		Settings settings = Settings.takeDirectory(arguments, System.getenv());
		requireRunning(settings);
		LocalStack stack = LocalStack.builder().settings(recall(settings)).build();
		arguments.addAll(0, List.of("--url=" + stack.url(), "--certificate=" + stack.certificate()));
		Demo.main(arguments.toArray(String[]::new));
	}

	private static void requireRunning(Settings settings) {
		if (!DirectoryLock.isHeld(run(settings))) {
			throw new ServerFailure("Billwright does not run in %s. Start it with %s."
					.formatted(settings.directory(), settings.command("up")));
		}
	}

	private void help() {
		this.out.println("""
				Usage: ./billwright <command> [options]

				  up [--detach] [--fresh]   build what is not built, start everything, wait until it is healthy
				                            (--detach returns then, --fresh deletes all data first)
				  down                      stop everything
				  status                    what runs where, how it is, how much memory it keeps
				  logs [--follow] [name]    the logs of all components, or of one
				  mails [number]            the mails the platform has sent, or one of them
				  demo [--seed=2026]        fill the platform with a believable business

				Every command takes --directory=<path>, where data and logs are kept.""");
		this.out.printf("%nOptions of up, also as environment variables BILLWRIGHT_...:%n");
		for (Setting setting : Setting.values()) {
			this.out.printf("  %-36s %s%n", setting.flag(), setting.defaultValue());
		}
	}

	/// For commands in another terminal: who runs, and with which settings.
	private static void remember(Settings settings) throws IOException {
		RunningStack.write(settings, run(settings).resolve("settings.properties"));
		Files.writeString(pidFile(settings), ChildProcess.identity(ProcessHandle.current()));
	}

	private static Settings recall(Settings settings) {
		return RunningStack.read(settings, run(settings).resolve("settings.properties"));
	}

	private static Path run(Settings settings) {
		return settings.directory().resolve("run");
	}

	private static Path pidFile(Settings settings) {
		return run(settings).resolve("launcher.pid");
	}

	private void say(String line) {
		this.out.println("  " + line);
	}

	private static void awaitEnd() {
		try {
			new CountDownLatch(1).await();
		}
		catch (InterruptedException exception) {
			Thread.currentThread().interrupt();
		}
	}

	private static void awaitEnd(ProcessHandle launcher) {
		try {
			launcher.onExit().orTimeout(STOP_SECONDS, TimeUnit.SECONDS).join();
		}
		catch (java.util.concurrent.CompletionException tooLong) {
			throw new ServerFailure("The launcher (pid %d) has not stopped within %d s: see ./billwright logs."
					.formatted(launcher.pid(), STOP_SECONDS), tooLong);
		}
	}

	private static void deleteQuietly(Path file) {
		try {
			Files.deleteIfExists(file);
		}
		catch (IOException exception) {
			// It names a process that ends now: harmless.
		}
	}

}
