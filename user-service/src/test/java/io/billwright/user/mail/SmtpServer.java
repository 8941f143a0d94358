package io.billwright.user.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A mail server that keeps what it is given, after it has refused so many mails as it was told to.
final class SmtpServer implements AutoCloseable {

	private final ServerSocket socket;

	private final AtomicInteger refusals;

	private final List<String> mails = new CopyOnWriteArrayList<>();

	SmtpServer(int refusals) throws IOException {
		this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		this.refusals = new AtomicInteger(refusals);
		Thread.ofVirtual().start(this::accept);
	}

	int port() {
		return this.socket.getLocalPort();
	}

	List<String> mails() {
		return this.mails;
	}

	private void accept() {
		while (!this.socket.isClosed()) {
			try {
				Socket client = this.socket.accept();
				Thread.ofVirtual().start(() -> serve(client));
			}
			catch (IOException closed) {
				return;
			}
		}
	}

	private void serve(Socket client) {
		try (client;
				BufferedReader in = new BufferedReader(
						new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
				PrintWriter out = new PrintWriter(client.getOutputStream(), true, StandardCharsets.UTF_8)) {
			say(out, "220 test");
			for (String line = in.readLine(); line != null; line = in.readLine()) {
				say(out, answer(line));
				if (line.equals("DATA")) {
					this.mails.add(text(in));
					say(out, "250 kept");
				}
			}
		}
		catch (IOException gone) {
			// The client left; what it has sent completely is kept.
		}
	}

	private String answer(String line) {
		if (line.startsWith("MAIL") && (this.refusals.getAndDecrement() > 0)) {
			return "451 try again later";
		}
		return line.startsWith("QUIT") ? "221 bye" : line.equals("DATA") ? "354 go on" : "250 ok";
	}

	private static String text(BufferedReader in) throws IOException {
		StringBuilder text = new StringBuilder();
		for (String line = in.readLine(); (line != null) && !line.equals("."); line = in.readLine()) {
			text.append(line).append('\n');
		}
		return text.toString();
	}

	private static void say(PrintWriter out, String line) {
		out.print(line + "\r\n");
		out.flush();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
