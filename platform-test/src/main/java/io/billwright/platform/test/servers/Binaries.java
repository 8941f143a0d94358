package io.billwright.platform.test.servers;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/// Unpacks the servers' programs once per user and version, below `~/.cache/billwright` (or `$XDG_CACHE_HOME`).
final class Binaries {

	private static final String POSTGRES_VERSION = "18.6.0";

	private static final String REDIS_VERSION = "7.0.15";

	private static final int USER_EXECUTE = 0100;

	private Binaries() {
	}

	/// The directory with `bin`, `lib` and `share` of PostgreSQL.
	static Path postgres() throws IOException {
		Path home = cache().resolve("postgres-" + POSTGRES_VERSION);
		String archive = "/postgres-%s-%s.txz".formatted(os(), arm() ? "arm_64" : "x86_64");
		return Files.isDirectory(home) ? home : install(home, (directory) -> untar(archive, directory));
	}

	/// The `redis-server` program.
	static Path redis() throws IOException {
		Path home = cache().resolve("redis-" + REDIS_VERSION);
		String program = "/redis-server-%s-%s-%s".formatted(REDIS_VERSION, os(), arm() ? "arm64" : "amd64");
		if (!Files.isDirectory(home)) {
			install(home, (directory) -> copy(program, directory.resolve("redis-server")));
		}
		return home.resolve("redis-server");
	}

	/// Fills a directory beside the target and renames it: readers see all of it or nothing, also with several JVMs.
	private static Path install(Path home, Filler filler) throws IOException {
		Files.createDirectories(home.getParent());
		Path filling = Files.createTempDirectory(home.getParent(), home.getFileName() + ".");
		filler.fill(filling);
		try {
			return Files.move(filling, home, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (FileAlreadyExistsException | DirectoryNotEmptyException anotherWasFaster) {
			Directories.delete(filling);
			return home;
		}
	}

	private static void untar(String archive, Path directory) throws IOException {
		try (TarArchiveInputStream tar = new TarArchiveInputStream(
				new XZInputStream(new BufferedInputStream(resource(archive))))) {
			for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
				unpack(tar, entry, directory.resolve(entry.getName()).normalize());
			}
		}
	}

	private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path target) throws IOException {
		if (entry.isDirectory()) {
			Files.createDirectories(target);
			return;
		}
		Files.createDirectories(target.getParent());
		if (entry.isSymbolicLink()) {
			Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
			return;
		}
		Files.copy(tar, target);
		if ((entry.getMode() & USER_EXECUTE) != 0) {
			makeExecutable(target);
		}
	}

	private static void copy(String name, Path target) throws IOException {
		try (InputStream program = resource(name)) {
			Files.copy(program, target);
		}
		makeExecutable(target);
	}

	private static void makeExecutable(Path file) throws IOException {
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
	}

	private static InputStream resource(String name) throws IOException {
		InputStream stream = Binaries.class.getResourceAsStream(name);
		if (stream == null) {
			throw new IOException("no program for this operating system and processor on the class path: " + name
					+ "; run an external server instead");
		}
		return stream;
	}

	private static Path cache() {
		String configured = System.getenv("XDG_CACHE_HOME");
		Path root = (configured != null && !configured.isBlank())
				? Path.of(configured)
				: Path.of(System.getProperty("user.home"), ".cache");
		return root.resolve("billwright");
	}

	private static String os() {
		return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
	}

	private static boolean arm() {
		return System.getProperty("os.arch").equals("aarch64");
	}

	@FunctionalInterface
	private interface Filler {

		void fill(Path directory) throws IOException;

	}

}
