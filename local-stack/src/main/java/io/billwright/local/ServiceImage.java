package io.billwright.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipFile;

import io.billwright.platform.test.servers.Directories;
import io.billwright.platform.test.servers.ServerFailure;

/// A service unpacked for a fast start: its jars side by side and, once it has been trained, the JVM's ahead-of-time
/// cache. Kept by the content of the jar and the version of the JVM, so that a new build never meets an old cache.
record ServiceImage(String name, Path home) {

	private static final Duration KEPT_UNUSED = Duration.ofDays(3);

	/// @param jar the service's executable jar
	/// @param cache the directory of all images
	static ServiceImage of(String name, Path jar, Path cache) {
		if (!Files.isRegularFile(jar)) {
			throw new ServerFailure("%s is not built: %s is missing. Run ./mvnw package.".formatted(name, jar));
		}
		return new ServiceImage(name, cache.resolve(name + "-" + fingerprint(jar)));
	}

	/// Unpacks the jar; does nothing the second time. Several launchers may share a cache.
	///
	/// @throws IOException when the cache cannot be written
	void unpack(Path jar) throws IOException {
		if (!Files.isDirectory(this.home)) {
			Files.createDirectories(this.home.getParent());
			Path filling = Files.createTempDirectory(this.home.getParent(), "new.");
			run(List.of(Jdk.tool("java"), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djarmode=tools", "-jar",
					jar.toString(), "extract", "--force", "--destination", filling.toString()));
			Files.move(filling.resolve(jar.getFileName()), filling.resolve("application.jar"));
			publish(filling);
		}
		Files.setLastModifiedTime(this.home, FileTime.from(Clock.systemUTC().instant()));
		removeUnused();
	}

	private void publish(Path filling) throws IOException {
		try {
			Files.move(filling, this.home, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (FileAlreadyExistsException | DirectoryNotEmptyException anotherWasFaster) {
			Directories.delete(filling);
		}
	}

	Path jar() {
		return this.home.resolve("application.jar");
	}

	Path startCache() {
		return this.home.resolve("application.aot");
	}

	boolean isTrained() {
		return Files.exists(startCache());
	}

	/// Images of builds that nobody has started for days.
	private void removeUnused() throws IOException {
		FileTime limit = FileTime.from(Clock.systemUTC().instant().minus(KEPT_UNUSED));
		try (DirectoryStream<Path> images = Files.newDirectoryStream(this.home.getParent(), this.name + "-*")) {
			for (Path image : images) {
				if (Files.getLastModifiedTime(image).compareTo(limit) < 0) {
					Directories.delete(image);
				}
			}
		}
	}

	/// The central directory names every entry with its checksum: as good as reading the whole jar, in milliseconds.
	private static String fingerprint(Path jar) {
		CRC32 checksum = new CRC32();
		checksum.update(Runtime.version().toString().getBytes(StandardCharsets.UTF_8));
		try (ZipFile zip = new ZipFile(jar.toFile())) {
			zip.stream()
					.map((entry) -> entry.getName() + entry.getCrc() + entry.getSize())
					.forEach((entry) -> checksum.update(entry.getBytes(StandardCharsets.UTF_8)));
		}
		catch (IOException exception) {
			throw new ServerFailure(
					"%s cannot be read (%s). Run ./mvnw package.".formatted(jar, exception.getMessage()),
					exception);
		}
		return HexFormat.of().toHexDigits(checksum.getValue(), 8);
	}

	private static void run(List<String> command) throws IOException {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		try {
			if (process.waitFor() != 0) {
				throw new IOException("unpacking failed: " + output.strip());
			}
		}
		catch (InterruptedException exception) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted while unpacking", exception);
		}
	}

}
