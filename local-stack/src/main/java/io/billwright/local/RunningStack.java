package io.billwright.local;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import io.billwright.platform.test.servers.ChildProcess;
import io.billwright.platform.test.servers.Server;

/// A stack that a launcher, perhaps another process, keeps running.
record RunningStack(Settings settings, List<Server> components) {

	static RunningStack of(Settings settings, Path root) {
		try {
			Wiring wiring = new Wiring(settings, Secrets.in(settings.directory().resolve("secrets")), root);
			List<Server> components = new ArrayList<>(wiring.servers());
			components.addAll(wiring.services());
			return new RunningStack(settings, components);
		}
		catch (IOException exception) {
			throw new UncheckedIOException(exception);
		}
	}

	/// Keeps the settings a stack was started with.
	static void write(Settings settings, Path file) throws IOException {
		Properties properties = new Properties();
		settings.values().forEach((setting, value) -> properties.put(setting.name(), value));
		try (Writer out = Files.newBufferedWriter(file)) {
			properties.store(out, null);
		}
	}

	/// The settings a stack was started with; the given ones while they are not known yet.
	static Settings read(Settings fallback, Path file) {
		Properties properties = new Properties();
		try (Reader in = Files.newBufferedReader(file)) {
			properties.load(in);
		}
		catch (IOException notStartedYet) {
			return fallback;
		}
		Map<Setting, String> values = new EnumMap<>(fallback.values());
		values.replaceAll((setting, value) -> properties.getProperty(setting.name(), value));
		return new Settings(values);
	}

	List<Long> pids() {
		List<Long> pids = new ArrayList<>();
		ChildProcess.running(run().resolve("launcher.pid")).ifPresent((handle) -> pids.add(handle.pid()));
		this.components.forEach((component) -> ChildProcess.running(run().resolve(component.name() + ".pid"))
				.ifPresent((handle) -> pids.add(handle.pid())));
		return pids;
	}

	/// Prints one line for each component.
	void print(PrintStream out) {
		this.components
				.forEach((component) -> out.printf("  %-18s %-26s %-8s %s%n", component.name(), address(component),
						health(component), pid(component)));
		this.settings.external(Setting.POSTGRES_URL).ifPresent((url) -> out.println("  postgres           external"));
		this.settings.external(Setting.REDIS_URL).ifPresent((url) -> out.println("  redis              external"));
		this.settings.external(Setting.KAFKA_BOOTSTRAP_SERVERS)
				.ifPresent((servers) -> out.println("  kafka              external, " + servers));
		out.printf("  %-18s 127.0.0.1:%-16s %s%n", "mails", this.settings.text(Setting.SMTP_PORT),
				this.settings.directory().resolve("mails"));
		out.printf("  %-18s %s%n", "logs", run());
	}

	private String address(Server component) {
		String scheme = component.name().equals(Service.GATEWAY.id()) ? "https://localhost:" : "127.0.0.1:";
		return scheme + component.port();
	}

	private String pid(Server component) {
		return ChildProcess.running(run().resolve(component.name() + ".pid"))
				.map((handle) -> "pid " + handle.pid())
				.orElse("");
	}

	private static String health(Server component) {
		try {
			component.probe();
			return "healthy";
		}
		catch (IOException exception) {
			return "DOWN";
		}
	}

	private Path run() {
		return this.settings.directory().resolve("run");
	}

}
