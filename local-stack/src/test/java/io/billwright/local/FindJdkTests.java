package io.billwright.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/// Runs `.mvn/find-jdk.sh` with homes and JDKs that are made up.
class FindJdkTests {

	private static final String SYSTEM_PATH = "/usr/bin:/bin";

	@TempDir
	private Path home;

	@BeforeEach
	void makeOlderJdk() throws IOException {
		jdk(".sdkman/candidates/java/21-tem", "21.0.4");
	}

	@Test
	void jdkWhenInJavaHomeThenIsTakenBeforeOthers() throws Exception {
		Path chosen = jdk("somewhere/else", "25.0.1");
		jdk(".jdks/temurin-25", "25");
		assertThat(find(Map.of("JAVA_HOME", chosen.toString()), "")).isEqualTo("0 " + chosen);
	}

	@Test
	void jdkWhenJavaHomeIsOlderThenAnotherIsFound() throws Exception {
		Path older = this.home.resolve(".sdkman/candidates/java/21-tem");
		Path newer = jdk(".sdkman/candidates/java/25.0.1-tem", "25.0.1");
		assertThat(find(Map.of("JAVA_HOME", older.toString()), onlyHome())).isEqualTo("0 " + newer);
	}

	@Test
	void jdkWhenOnThePathBehindALinkThenIsFound() throws Exception {
		Path jdk = jdk("hidden/jdk", "25.0.1");
		Path bin = Files.createDirectories(this.home.resolve("bin"));
		Files.createSymbolicLink(bin.resolve("javac"), jdk.resolve("bin/javac"));
		assertThat(find(Map.of("PATH", bin + ":" + SYSTEM_PATH), "")).isEqualTo("0 " + jdk);
	}

	@Test
	void jdkWhenOnlyMavenKnowsItThenIsFoundInItsToolchains() throws Exception {
		Path jdk = jdk("hidden/jdk", "25.0.1");
		Files.createDirectories(this.home.resolve(".m2"));
		Files.writeString(this.home.resolve(".m2/toolchains.xml"),
				"<toolchains><toolchain><configuration>\n<jdkHome> %s </jdkHome>\n</configuration></toolchain></toolchains>"
						.formatted(jdk));
		assertThat(find(Map.of(), onlyHome())).isEqualTo("0 " + jdk);
	}

	@Test
	void jdkWhenItIsOnlyARuntimeThenIsNotTaken() throws Exception {
		Path runtime = jdk(".jdks/jre-25", "25.0.1");
		Files.delete(runtime.resolve("bin/javac"));
		assertThat(find(Map.of(), onlyHome())).startsWith("1 ");
	}

	@Test
	void jdkWhenThereIsNoneThenSaysWhatToInstall() throws Exception {
		assertThat(find(Map.of(), onlyHome())).startsWith("1 Billwright needs a JDK 25")
				.contains("sdk install java 25-tem", "JAVA_HOME");
	}

	/// The machine this runs on has a JDK 25 at a usual place, or it would not run: only those of the home count here.
	private static String onlyHome() {
		return "usual_jdk_places() { printf '%s\\n' \"$HOME\"/.sdkman/candidates/java/* \"$HOME\"/.jdks/*; }; ";
	}

	private Path jdk(String place, String version) throws IOException {
		Path jdk = this.home.resolve(place);
		Files.createDirectories(jdk.resolve("bin"));
		Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"%s\"\n".formatted(version));
		Files.createFile(jdk.resolve("bin/javac"),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
		return jdk;
	}

	/// @return exit code and what was printed
	private String find(Map<String, String> environment, String before) throws Exception {
		ProcessBuilder builder = new ProcessBuilder(
				List.of("sh", "-c", ". ../.mvn/find-jdk.sh; " + before + "find_jdk"))
				.redirectErrorStream(true);
		builder.environment().clear();
		builder.environment().put("HOME", this.home.toString());
		builder.environment().put("PATH", SYSTEM_PATH);
		builder.environment().putAll(environment);
		Process process = builder.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
		assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
		return process.exitValue() + " " + output;
	}

}
