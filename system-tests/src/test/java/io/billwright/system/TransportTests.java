package io.billwright.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/// What tools that others wrote find at the gateway's door, where they are installed (Debian's `sslscan`, `testssl.sh` and
/// `slowhttptest`).
class TransportTests {

	private static final int MINUTES_MAX = 5;

	/// What a certificate that was made on this machine cannot have.
	private static final Set<String> OF_OUR_OWN_CERTIFICATE = Set.of("cert_revocation", "DNS_CAArecord");

	/// Of testssl.sh, which gives up where a machine is busy.
	private static final Map<String, String> PATIENCE = Map.of("MAX_SOCKET_FAIL", "20", "MAX_OSSL_FAIL", "20");

	/// What a busy machine took too long for.
	private static final String NOT_FOUND_OUT = "WARN";

	@TempDir
	private Path folder;

	@Test
	void tlsWhenScannedThenOnlyStrongFormsOfItAreSpoken() throws Exception {
		Path report = this.folder.resolve("report.xml");
		run("sslscan", "--no-colour", "--xml=" + report, address());
		String found = Files.readString(report);
		assertThat(found).contains("expired>false<").doesNotContain("vulnerable=\"1\"");
		assertThat(matches(found, "<protocol type=\"(\\w+)\" version=\"([\\d.]+)\" enabled=\"1\""))
				.extracting((protocol) -> protocol.group(1) + protocol.group(2))
				.containsExactly("tls1.2", "tls1.3");
		assertThat(matches(found, "<cipher .*? strength=\"(\\w+)\"")).isNotEmpty()
				.extracting((cipher) -> cipher.group(1))
				.isSubsetOf("strong", "acceptable");
	}

	@Test
	void tlsWhenAttackedThenHoldsOut() throws Exception {
		Path report = this.folder.resolve("report.json");
		run("testssl", "--quiet", "--color", "0", "--warnings", "off", "--severity", "LOW", "--add-ca",
				Platform.stack().certificate().toString(), "--jsonfile", report.toString(), address());
		assertThat(JsonMapper.shared().readTree(Files.readString(report)).valueStream()).isNotEmpty()
				.filteredOn((finding) -> !OF_OUR_OWN_CERTIFICATE.contains(finding.at("/id").asString()))
				.filteredOn((finding) -> !finding.at("/severity").asString().equals(NOT_FOUND_OUT))
				.isEmpty();
	}

	/// Heads that never end, bodies that never end, and answers that are read a few bytes at a time.
	@ParameterizedTest
	@ValueSource(strings = {"-H", "-B", "-X"})
	void clientsWhenTheyAreSlowThenOthersAreServedAllTheSame(String slowness) throws Exception {
		String output = run("slowhttptest", slowness, "-c", "100", "-r", "100", "-i", "2", "-l", "14", "-p", "3", "-w",
				"10", "-y", "20", "-n", "2", "-z", "32", "-k", "3", "-u", "https://" + address() + "/health");
		assertThat(output.replaceAll("\\e\\[[\\d;]*m", "")).containsPattern("service available: +YES")
				.doesNotContainPattern("service available: +NO");
	}

	private static String address() {
		return Platform.stack().url().getAuthority();
	}

	private static Stream<MatchResult> matches(String text, String pattern) {
		return Pattern.compile(pattern).matcher(text).results();
	}

	private String run(String tool, String... arguments) throws IOException, InterruptedException {
		assumeThat(Stream.of(System.getenv("PATH").split(":"))).as(tool + " is installed")
				.anyMatch((folder) -> Files.isExecutable(Path.of(folder, tool)));
		List<String> command = new ArrayList<>(List.of(tool));
		command.addAll(List.of(arguments));
		Path output = this.folder.resolve("output");
		ProcessBuilder builder = new ProcessBuilder(command).directory(this.folder.toFile())
				.redirectErrorStream(true)
				.redirectOutput(output.toFile());
		builder.environment().putAll(PATIENCE);
		Process process = builder.start();
		try {
			assertThat(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).as(tool + " ended in time").isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		return Files.readString(output);
	}

}
