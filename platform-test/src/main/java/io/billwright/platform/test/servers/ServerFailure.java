package io.billwright.platform.test.servers;

/// A server that could not be started; the message is one line for the person in front of the terminal.
public final class ServerFailure extends RuntimeException {

	public ServerFailure(String message) {
		super(message);
	}

	public ServerFailure(String message, Throwable cause) {
		super(message, cause);
	}

}
