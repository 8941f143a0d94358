package io.billwright.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// Runs `./billwright up` in a tree of empty files, with a build that does nothing but fail.
class StalenessTests {

	private static final String VERSION = "0.1.0-SNAPSHOT";

	private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

	@TempDir
	private Path root;

	@BeforeEach
	void build() throws IOException {
		for (String file : List.of("billwright", ".mvn/find-jdk.sh")) {
			Path copy = this.root.resolve(file);
			Files.createDirectories(copy.getParent());
			Files.copy(Path.of("..").resolve(file), copy, StandardCopyOption.COPY_ATTRIBUTES);
		}
		Path maven = Files.writeString(this.root.resolve("mvnw"), "#!/bin/sh\nexit 1\n");
		Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
		for (String source : List.of("pom.xml", "platform-bom/pom.xml", "contracts/pom.xml", "platform-starter/pom.xml",
				"platform-test/pom.xml", "docs/reference/errors.md", "docs/reference/ledger.md")) {
			file(source, BUILT.minusSeconds(60));
		}
		for (String module : List.of("gateway", "user-service", "invoice-service", "analytics-service",
				"search-service", "local-stack")) {
			file(module + "/src/main/java/Some.java", BUILT.minusSeconds(60));
			file(module + "/src/test/java/SomeTests.java", BUILT.plusSeconds(60));
			file(module + "/target/" + module + "-" + VERSION + ".jar", BUILT);
		}
	}

	@Test
	void upWhenNothingIsNewerThenBuildsNothing() throws Exception {
		assertThat(up()).doesNotContain("Building");
	}

	@ParameterizedTest
	@ValueSource(strings = {"docs/reference/errors.md", "gateway/src/main/java/Some.java", "contracts/pom.xml"})
	void upWhenAPackedFileIsNewerThenBuilds(String file) throws Exception {
		file(file, BUILT.plusSeconds(60));
		assertThat(up()).contains("Building");
	}

	@Test
	void upWhenAPageIsNewerThatNoJarHasThenBuildsNothing() throws Exception {
		file("docs/reference/ledger.md", BUILT.plusSeconds(60));
		assertThat(up()).doesNotContain("Building");
	}

	private void file(String name, Instant modified) throws IOException {
		Path file = this.root.resolve(name);
		Files.createDirectories(file.getParent());
		Files.writeString(file, "");
		Files.setLastModifiedTime(file, FileTime.from(modified));
	}

	/// What it prints until it fails, as there is nothing to run.
	private String up() throws Exception {
		ProcessBuilder builder = new ProcessBuilder("bash", this.root.resolve("billwright").toString(), "up")
				.redirectErrorStream(true);
		builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
		Process process = builder.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).isNotZero();
		return output;
	}

}
