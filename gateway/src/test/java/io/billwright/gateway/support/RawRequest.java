package io.billwright.gateway.support;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A request written byte by byte, for what no HTTP client would send.
public final class RawRequest {

	private static final int TIMEOUT_MILLIS = 10_000;

	private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");

	private RawRequest() {
	}

	/// Sends the text and then the body, and reads the answer until the connection ends or it is complete.
	public static String send(int port, String head, byte[]... chunks) {
		try (Socket socket = new Socket("127.0.0.1", port)) {
			socket.setSoTimeout(TIMEOUT_MILLIS);
			Thread.ofVirtual().start(() -> write(socket, head, chunks));
			return read(socket, RawRequest::isComplete);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/// Writes the text and reads whatever comes until the other side closes the connection. A reset stands in brackets.
	public static String untilClosed(Socket socket, String text) {
		try (socket) {
			socket.setSoTimeout(TIMEOUT_MILLIS);
			socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
			socket.getOutputStream().flush();
			return read(socket, (answer) -> false);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/// A connection that is reset or stays silent ends the answer: what has arrived counts.
	private static String read(Socket socket, Predicate<StringBuilder> isComplete) {
		StringBuilder answer = new StringBuilder();
		byte[] buffer = new byte[8192];
		try {
			int read = 0;
			while (read >= 0 && !isComplete.test(answer)) {
				read = socket.getInputStream().read(buffer);
				answer.append(new String(buffer, 0, Math.max(read, 0), StandardCharsets.ISO_8859_1));
			}
		}
		catch (IOException ended) {
			answer.append("[").append(ended.getMessage()).append("]");
		}
		return answer.toString();
	}

	/// The gateway may close its side before everything is written: that is one of the things under test.
	private static void write(Socket socket, String head, byte[]... chunks) {
		try {
			OutputStream out = socket.getOutputStream();
			out.write(head.getBytes(StandardCharsets.ISO_8859_1));
			out.flush();
			for (byte[] chunk : chunks) {
				out.write((Integer.toHexString(chunk.length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
				out.write(chunk);
				out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
				out.flush();
			}
			if (chunks.length > 0) {
				out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
				out.flush();
			}
		}
		catch (IOException closedByTheGateway) {
			// What it answered before is read by the caller.
		}
	}

	/// As long as it says, or with its last chunk; what says neither ends with its connection.
	private static boolean isComplete(StringBuilder answer) {
		int head = answer.indexOf("\r\n\r\n");
		if (head < 0) {
			return false;
		}
		Matcher length = LENGTH.matcher(answer.substring(0, head + 2));
		return length.find()
				? answer.length() - head - 4 >= Integer.parseInt(length.group(1))
				: answer.toString().endsWith("\r\n0\r\n\r\n");
	}

}
