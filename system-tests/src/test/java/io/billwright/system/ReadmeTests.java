package io.billwright.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/// The first invoice of the README and the guides that go on from there, typed exactly as they stand.
class ReadmeTests {

	private static final Pattern BLOCK = Pattern.compile("(?s)```bash\\n(.*?)```");

	private static final List<String> PAGES = List.of("README.md", "docs/guides/usage.md");

	@Test
	void pagesWhenTypedAsTheyStandThenInvoiceIsPaidAndUsageIsCounted(@TempDir Path directory)
			throws IOException, InterruptedException {
		Path script = directory.resolve("readme.sh");
		Path output = directory.resolve("output.txt");
		Files.writeString(script, "set -euo pipefail\n" + commands());
		Process shell = new ProcessBuilder("bash", script.toString()).redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start();
		assertThat(shell.waitFor(120, TimeUnit.SECONDS)).isTrue();
		String told = Files.readString(output);
		assertThat(shell.exitValue()).as(told).isZero();
		assertThat(told).contains("INV-000001", "365.13", "\"as_of\"")
				.contains("\"accepted\":2", "\"duplicate\":2", "3.25");
	}

	/// The blocks in their order, for the address of this platform.
	private static String commands() {
		StringBuilder commands = new StringBuilder();
		for (String page : PAGES) {
			Matcher block = BLOCK.matcher(Project.read(Project.ROOT.resolve(page)));
			while (block.find()) {
				commands.append(block.group(1)).append('\n');
			}
		}
		assertThat(commands).contains("https://localhost:8443");
		return commands.toString().replace("https://localhost:8443", Platform.stack().url().toString());
	}

}
