package io.billwright.analytics.retention;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Keeps objects as files. They are written under another name, synced, renamed, and the directory is synced.
///
/// @param root where they are
record DirectoryArchive(Path root) implements Archive {

	private static final String UNFINISHED = ".part";

	@Override
	public Upload begin(String name) throws IOException {
		Path target = this.root.resolve(name);
		Files.createDirectories(target.getParent());
		Path unfinished = target.resolveSibling(target.getFileName() + UNFINISHED);
		return new FileUpload(target, unfinished, FileChannel.open(unfinished, StandardOpenOption.CREATE,
				StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE));
	}

	@Override
	public InputStream open(String name) throws IOException {
		return Files.newInputStream(this.root.resolve(name));
	}

	@Override
	public long size(String name) throws IOException {
		return Files.size(this.root.resolve(name));
	}

	private record FileUpload(Path target, Path unfinished, FileChannel channel) implements Upload {

		@Override
		public OutputStream stream() {
			return Channels.newOutputStream(this.channel);
		}

		@Override
		public void complete() throws IOException {
			this.channel.force(true);
			this.channel.close();
			Files.move(this.unfinished, this.target, StandardCopyOption.ATOMIC_MOVE);
			try (FileChannel directory = FileChannel.open(this.target.getParent(), StandardOpenOption.READ)) {
				directory.force(true);
			}
		}

		@Override
		public void abort() throws IOException {
			this.channel.close();
			Files.deleteIfExists(this.unfinished);
		}

	}

}
