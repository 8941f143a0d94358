package io.billwright.platform.test.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// TCP ports of this machine.
public final class Ports {

	private static final int CONNECT_TIMEOUT_MILLIS = 500;

	private Ports() {
	}

	/// A port nobody listens on at this moment.
	public static int free() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException exception) {
			throw new UncheckedIOException(exception);
		}
	}

	/// Whether somebody accepts connections on 127.0.0.1 at this port.
	public static boolean isTaken(int port) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_TIMEOUT_MILLIS);
			return true;
		}
		catch (IOException nobody) {
			return false;
		}
	}

	/// Fails with a sentence that says what to do when the port is taken.
	public static void requireFree(String name, int port) {
		if (isTaken(port)) {
			throw new ServerFailure(
					"Port %d, which %s needs, is taken by another program: stop that program or choose another port."
							.formatted(port, name));
		}
	}

}
