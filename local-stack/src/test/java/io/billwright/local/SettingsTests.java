package io.billwright.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.billwright.platform.test.servers.ServerFailure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SettingsTests {

	@Test
	void settingsWhenNothingIsSetThenAreTheDefaults() {
		Settings settings = Settings.of(List.of(), Map.of());
		assertThat(settings.port(Setting.GATEWAY_PORT)).isEqualTo(8443);
		assertThat(settings.external(Setting.POSTGRES_URL)).isEmpty();
		assertThat(settings.cache()).isEqualTo(Path.of(".billwright/cache").toAbsolutePath());
	}

	@Test
	void flagWhenTheEnvironmentSaysOtherwiseThenWins() {
		Map<String, String> environment = Map.of("BILLWRIGHT_KAFKA_PORT", "1111", "BILLWRIGHT_REDIS_PORT", "2222");
		Settings settings = Settings.of(List.of("--kafka-port", "3333"), environment);
		assertThat(settings.port(Setting.KAFKA_PORT)).isEqualTo(3333);
		assertThat(settings.port(Setting.REDIS_PORT)).isEqualTo(2222);
	}

	@Test
	void flagWhenWrittenWithAnEqualsSignThenIsTheSame() {
		Settings settings = Settings.of(List.of("--redis-url=redis://elsewhere:6379"), Map.of());
		assertThat(settings.external(Setting.REDIS_URL)).contains("redis://elsewhere:6379");
	}

	@ParameterizedTest
	@CsvSource({"--kafka-port,99999", "--kafka-port,none", "--service-heap,lots", "--start-timeout,soon",
		"--start-cache,perhaps"})
	void valueWhenItCannotBeThenIsRefusedByName(String flag, String value) {
		assertThatExceptionOfType(ServerFailure.class).isThrownBy(() -> Settings.of(List.of(flag, value), Map.of()))
				.withMessageContaining(flag)
				.withMessageContaining(value);
	}

	@Test
	void flagWhenUnknownThenTheKnownOnesAreTold() {
		assertThatExceptionOfType(ServerFailure.class).isThrownBy(() -> Settings.of(List.of("--prot", "1"), Map.of()))
				.withMessageContaining("Unknown option --prot")
				.withMessageContaining("--gateway-port");
	}

	@Test
	void flagWhenItsValueIsMissingThenSaysSo() {
		assertThatExceptionOfType(ServerFailure.class)
				.isThrownBy(() -> Settings.of(List.of("--gateway-port"), Map.of()))
				.withMessageContaining("--gateway-port needs a value");
	}

	@ParameterizedTest
	@CsvSource({"--directory /data --seed=7", "--seed=7 --directory=/data", "--directory=/data --seed=7"})
	void directoryWhenTakenThenTheOtherArgumentsStay(String line) {
		List<String> arguments = new ArrayList<>(List.of(line.split(" ")));
		assertThat(Settings.takeDirectory(arguments, Map.of()).directory()).isEqualTo(Path.of("/data"));
		assertThat(arguments).containsExactly("--seed=7");
	}

	@Test
	void commandWhenTheDirectoryIsAnotherThenNamesIt() {
		assertThat(Settings.of(List.of(), Map.of()).command("demo")).isEqualTo("./billwright demo");
		assertThat(Settings.of(List.of(), Map.of("BILLWRIGHT_DIRECTORY", "/data")).command("demo"))
				.isEqualTo("./billwright demo --directory=/data");
		assertThat(Settings.of(List.of("--directory=it's here"), Map.of()).command("down"))
				.isEqualTo("./billwright down --directory='it'\\''s here'");
	}

	@Test
	void randomPortsWhenTakenThenDifferFromEachOther() {
		Settings settings = Settings.of(List.of(), Map.of()).withRandomPorts();
		Set<Integer> ports = Stream.of(Setting.values())
				.filter(Setting::isPort)
				.map(settings::port)
				.collect(Collectors.toSet());
		assertThat(ports).hasSize((int) Stream.of(Setting.values()).filter(Setting::isPort).count());
	}

	@Test
	void settingWhenDocumentedThenWithItsVariableAndDefault() throws Exception {
		String page = java.nio.file.Files.readString(Path.of("../docs/operating/local-stack.md"));
		for (Setting setting : Setting.values()) {
			assertThat(page).contains("`" + setting.flag() + "`");
			assertThat(page.lines().filter((line) -> line.contains("`" + setting.flag() + "`")))
					.anyMatch((line) -> line.contains("`" + setting.defaultValue() + "`")
							|| setting.defaultValue().isEmpty());
		}
	}

}
