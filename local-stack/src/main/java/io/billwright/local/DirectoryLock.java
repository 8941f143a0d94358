package io.billwright.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.billwright.platform.test.servers.ServerFailure;

/// One launcher per directory. The operating system frees the lock of a launcher that was killed.
record DirectoryLock(FileChannel channel) implements AutoCloseable {

	/// @throws ServerFailure when another launcher uses the directory
	static DirectoryLock acquire(Path directory) throws IOException {
		FileChannel channel = open(directory);
		try {
			if (channel.tryLock() != null) {
				return new DirectoryLock(channel);
			}
		}
		catch (OverlappingFileLockException withinThisProcess) {
			// As taken as by another process.
		}
		channel.close();
		throw new ServerFailure("Billwright already runs with %s.".formatted(directory.getParent()));
	}

	/// Whether a launcher uses the directory at this moment.
	static boolean isHeld(Path directory) {
		if (!Files.isDirectory(directory)) {
			return false;
		}
		try {
			acquire(directory).close();
			return false;
		}
		catch (ServerFailure held) {
			return true;
		}
		catch (IOException exception) {
			throw new UncheckedIOException(exception);
		}
	}

	@Override
	public void close() {
		try {
			this.channel.close();
		}
		catch (IOException exception) {
			throw new UncheckedIOException(exception);
		}
	}

	private static FileChannel open(Path directory) throws IOException {
		return FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
	}

}
