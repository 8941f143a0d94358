package io.billwright.platform.test.servers;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

import org.jspecify.annotations.Nullable;

/// Directory trees.
public final class Directories {

	private Directories() {
	}

	/// Deletes a directory with everything in it; does nothing when it does not exist.
	///
	/// @throws IOException when something in it cannot be deleted
	public static void delete(Path directory) throws IOException {
		if (!Files.exists(directory)) {
			return;
		}
		Files.walkFileTree(directory, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Files.deleteIfExists(file);
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
				Files.deleteIfExists(visited);
				return FileVisitResult.CONTINUE;
			}

		});
	}

}
