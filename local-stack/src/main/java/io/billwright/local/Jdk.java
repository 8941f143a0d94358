package io.billwright.local;

import java.nio.file.Path;

/// The JDK this program runs on; its children run on the same.
final class Jdk {

	private Jdk() {
	}

	static String tool(String name) {
		return Path.of(System.getProperty("java.home"), "bin", name).toString();
	}

}
