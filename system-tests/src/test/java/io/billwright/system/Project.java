package io.billwright.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The checkout that is tested.
final class Project {

	static final Path ROOT = root();

	private static final Set<String> NOT_OURS = Set.of(".git", "target", "node_modules", ".billwright");

	private Project() {
	}

	/// The files of the checkout with an ending, without what is built or downloaded.
	static List<Path> files(String ending) {
		try (Stream<Path> files = Files.walk(ROOT)) {
			return files.filter(Files::isRegularFile)
					.filter((file) -> file.toString().endsWith(ending))
					.filter(Project::isOurs)
					.sorted()
					.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static boolean isOurs(Path file) {
		for (Path part : ROOT.relativize(file)) {
			if (NOT_OURS.contains(part.toString())) {
				return false;
			}
		}
		return true;
	}

	private static Path root() {
		Path directory = Path.of("").toAbsolutePath();
		while (!Files.exists(directory.resolve("platform-bom"))) {
			directory = directory.getParent();
		}
		return directory;
	}

}
