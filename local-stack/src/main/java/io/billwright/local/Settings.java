package io.billwright.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.billwright.platform.test.servers.Ports;
import io.billwright.platform.test.servers.ServerFailure;

/// The value of every [Setting].
record Settings(Map<Setting, String> values) {

	private static final int HIGHEST_PORT = 65_535;

	Settings {
		values = new EnumMap<>(values);
		values.forEach(Settings::requireValid);
	}

	/// Reads flags (`--kafka-port 19092` or `--kafka-port=19092`), then the environment, then defaults.
	///
	/// @throws ServerFailure for an unknown flag or a value that cannot be
	static Settings of(List<String> arguments, Map<String, String> environment) {
		Map<Setting, String> values = defaults();
		for (Setting setting : Setting.values()) {
			Optional.ofNullable(environment.get(setting.variable()))
					.filter((value) -> !value.isBlank())
					.ifPresent((value) -> values.put(setting, value));
		}
		Iterator<String> rest = arguments.iterator();
		while (rest.hasNext()) {
			String[] flag = rest.next().split("=", 2);
			values.put(setting(flag[0]), (flag.length == 2) ? flag[1] : valueOf(flag[0], rest));
		}
		return new Settings(values);
	}

	/// Takes the data directory out of the arguments of a command that has options of its own.
	static Settings takeDirectory(List<String> arguments, Map<String, String> environment) {
		List<String> taken = new ArrayList<>();
		String flag = Setting.DIRECTORY.flag();
		int named = arguments.indexOf(flag);
		if (named >= 0) {
			List<String> both = arguments.subList(named, Math.min(named + 2, arguments.size()));
			taken.addAll(both);
			both.clear();
		}
		arguments.stream().filter((argument) -> argument.startsWith(flag + "=")).forEach(taken::add);
		arguments.removeAll(taken);
		return of(taken, environment);
	}

	static Map<Setting, String> defaults() {
		return Arrays.stream(Setting.values())
				.collect(Collectors.toMap((setting) -> setting, Setting::defaultValue, (a, b) -> a,
						() -> new EnumMap<>(Setting.class)));
	}

	/// The same with a free port for every port.
	Settings withRandomPorts() {
		Map<Setting, String> random = new EnumMap<>(this.values);
		random.replaceAll((setting, value) -> setting.isPort() ? Integer.toString(Ports.free()) : value);
		return new Settings(random);
	}

	/// The same with one other value.
	Settings with(Setting setting, String value) {
		Map<Setting, String> changed = new EnumMap<>(this.values);
		changed.put(setting, value);
		return new Settings(changed);
	}

	String text(Setting setting) {
		return this.values.getOrDefault(setting, setting.defaultValue());
	}

	int port(Setting setting) {
		return Integer.parseInt(text(setting));
	}

	Optional<String> external(Setting url) {
		return Optional.of(text(url)).filter((value) -> !value.isBlank());
	}

	/// A command line for another terminal, which finds the same data directory.
	String command(String command) {
		String directory = text(Setting.DIRECTORY);
		boolean plain = directory.matches("[\\w./~+-]+");
		return directory.equals(Setting.DIRECTORY.defaultValue())
				? "./billwright " + command
				: "./billwright %s %s=%s".formatted(command, Setting.DIRECTORY.flag(),
						plain ? directory : "'" + directory.replace("'", "'\\''") + "'");
	}

	Path directory() {
		return Path.of(text(Setting.DIRECTORY)).toAbsolutePath().normalize();
	}

	Path cache() {
		return external(Setting.CACHE).map((path) -> Path.of(path).toAbsolutePath().normalize())
				.orElseGet(() -> directory().resolve("cache"));
	}

	Duration startTimeout() {
		return Duration.ofSeconds(Long.parseLong(text(Setting.START_TIMEOUT)));
	}

	private static Setting setting(String flag) {
		return Arrays.stream(Setting.values())
				.filter((setting) -> setting.flag().equals(flag))
				.findFirst()
				.orElseThrow(() -> new ServerFailure("Unknown option " + flag + ". Known are: "
						+ Arrays.stream(Setting.values()).map(Setting::flag).collect(Collectors.joining(" "))));
	}

	private static String valueOf(String flag, Iterator<String> rest) {
		if (!rest.hasNext()) {
			throw new ServerFailure("Option " + flag + " needs a value.");
		}
		return rest.next();
	}

	private static void requireValid(Setting setting, String value) {
		boolean number = value.matches("\\d{1,6}");
		boolean valid = switch (setting) {
			case START_TIMEOUT -> number;
			case SERVICE_HEAP -> value.matches("\\d+[kKmMgG]");
			case START_CACHE -> value.equals("true") || value.equals("false");
			default -> !setting.isPort()
					|| (number && Integer.parseInt(value) > 0 && Integer.parseInt(value) <= HIGHEST_PORT);
		};
		if (!valid) {
			throw new ServerFailure("%s cannot be '%s'.".formatted(setting.flag(), value));
		}
	}

}
