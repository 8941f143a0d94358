package io.billwright.local.demo;

/// Why the demo cannot go on, in one line for the person at the terminal.
final class DemoFailure extends RuntimeException {

	DemoFailure(String message) {
		super(message);
	}

}
