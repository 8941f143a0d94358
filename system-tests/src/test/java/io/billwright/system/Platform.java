package io.billwright.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.billwright.local.LocalStack;
import io.billwright.local.Setting;
import io.billwright.platform.test.servers.Directories;

/// The platform that is tested: every process of it real, on free ports, in a directory of its own. Started once for
/// all tests.
final class Platform {

	private static final LocalStack STACK = start();

	private Platform() {
	}

	static LocalStack stack() {
		return STACK;
	}

	/// A client without a credential.
	static Api anonymous() {
		return new Api(STACK.url(), STACK.certificate());
	}

	private static LocalStack start() {
		Path directory = directory();
		LocalStack stack = LocalStack.builder()
				.root(Project.ROOT)
				.directory(directory)
				.randomPorts()
				.set(Setting.START_CACHE, "true")
				.journal(System.out::println)
				.build();
		Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stack, directory)));
		stack.start();
		return stack;
	}

	private static void stop(LocalStack stack, Path directory) {
		stack.close();
		try {
			Directories.delete(directory);
		}
		catch (IOException ex) {
			System.err.println("The platform's directory stays: " + ex);
		}
	}

	/// Short, since a socket's path may have about a hundred characters only.
	private static Path directory() {
		try {
			return Files.createTempDirectory("billwright");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
