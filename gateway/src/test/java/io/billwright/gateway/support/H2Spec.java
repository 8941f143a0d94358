package io.billwright.gateway.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import javax.xml.parsers.DocumentBuilderFactory;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/// h2spec, the conformance test of HTTP/2 (https://github.com/summerwind/h2spec), as a program of this machine.
public final class H2Spec {

	private static final Duration TIMEOUT = Duration.ofMinutes(4);

	private H2Spec() {
	}

	/// What a server on this machine that speaks HTTP/2 over TLS is asked, and what of that it fails.
	///
	/// @param path for requests that should be answered
	public static Result run(int port, String path) throws Exception {
		Path folder = Files.createTempDirectory("h2spec");
		Path report = folder.resolve("report.xml");
		Process process = new ProcessBuilder(Program.PATH.toString(), "--tls", "--insecure", "--port",
				Integer.toString(port), "--path", path, "--timeout", "2", "--junit-report", report.toString())
				.redirectErrorStream(true)
				.redirectOutput(folder.resolve("output").toFile())
				.start();
		if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
			process.destroyForcibly();
			throw new IllegalStateException("h2spec takes longer than " + TIMEOUT);
		}
		return read(report);
	}

	private static Result read(Path report) throws Exception {
		Set<Failure> failed = new LinkedHashSet<>();
		NodeList cases = DocumentBuilderFactory.newInstance()
				.newDocumentBuilder()
				.parse(report.toFile())
				.getElementsByTagName("testcase");
		for (int i = 0; i < cases.getLength(); i++) {
			Element test = (Element) cases.item(i);
			if (test.getElementsByTagName("failure").getLength() + test.getElementsByTagName("error").getLength() > 0) {
				failed.add(new Failure(test.getAttribute("package"), test.getAttribute("classname")));
			}
		}
		return new Result(cases.getLength(), failed);
	}

	/// @param count of all cases
	public record Result(int count, Set<Failure> failed) {}

	/// @param section of h2spec, named after one of RFC 9113 or 7541
	public record Failure(String section, String title) {}

	/// Unpacked once, before any run of it starts: a process that is forked while a program is being written holds that
	/// file open for a moment, and Linux does not execute it then (ETXTBSY).
	private static final class Program {

		private static final Path PATH = unpacked();

		private static Path unpacked() {
			String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
			try (InputStream packed = H2Spec.class
					.getResourceAsStream("/h2spec/2.2.0/h2spec_" + system + "_amd64.tar.gz");
					TarArchiveInputStream archive = new TarArchiveInputStream(new GZIPInputStream(packed))) {
				Path program = Files.createTempDirectory("h2spec").resolve("h2spec");
				for (TarArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
					if (entry.getName().endsWith("h2spec")) {
						Files.copy(archive, program);
					}
				}
				if (!program.toFile().setExecutable(true)) {
					throw new IllegalStateException(program + " cannot be made executable");
				}
				return program;
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
