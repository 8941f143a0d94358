package io.billwright.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import io.billwright.platform.test.servers.Ports;

/// Takes every mail on 127.0.0.1 and keeps it as an `.eml` file; delivers none. At most 20 connections at a time, 60 s of
/// silence in each, 10 MiB per mail. A mail is acknowledged after its file is complete.
final class SmtpSink implements AutoCloseable {

	private static final int CONNECTIONS = 20;

	private static final int SILENCE_MILLIS = 60_000;

	private static final int LARGEST_MAIL_CHARACTERS = 10 * 1024 * 1024;

	private static final DateTimeFormatter FILE_TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT)
			.withZone(ZoneOffset.UTC);

	private final ServerSocket socket;

	private final Path directory;

	private final Clock clock;

	private final Semaphore connections = new Semaphore(CONNECTIONS);

	private final AtomicInteger count = new AtomicInteger();

	private SmtpSink(ServerSocket socket, Path directory, Clock clock) {
		this.socket = socket;
		this.directory = directory;
		this.clock = clock;
	}

	/// Starts to listen.
	///
	/// @throws IOException when the directory cannot be written or the port cannot be used
	static SmtpSink start(int port, Path directory, Clock clock) throws IOException {
		Ports.requireFree("the mail sink", port);
		Files.createDirectories(directory);
		ServerSocket socket = new ServerSocket();
		socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		SmtpSink sink = new SmtpSink(socket, directory, clock);
		Thread.ofVirtual().name("smtp").start(sink::accept);
		return sink;
	}

	int port() {
		return this.socket.getLocalPort();
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException exception) {
			throw new UncheckedIOException(exception);
		}
	}

	private void accept() {
		while (!this.socket.isClosed()) {
			try {
				this.connections.acquire();
				Socket client = this.socket.accept();
				Thread.ofVirtual().name("smtp-client").start(() -> serve(client));
			}
			catch (InterruptedException interrupted) {
				Thread.currentThread().interrupt();
				return;
			}
			catch (IOException closed) {
				this.connections.release();
			}
		}
	}

	private void serve(Socket client) {
		try (client) {
			client.setSoTimeout(SILENCE_MILLIS);
			converse(client);
		}
		catch (SocketException gone) {
			// The client went away; a mail it did not finish is not kept.
		}
		catch (IOException exception) {
			System.err.println("mail sink: " + exception);
		}
		finally {
			this.connections.release();
		}
	}

	/// Mails are read as Latin-1 so that their bytes are kept as they are.
	private void converse(Socket client) throws IOException {
		BufferedReader in = new BufferedReader(
				new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
		answer(client, "220 Billwright mail sink");
		for (String line = in.readLine(); line != null; line = in.readLine()) {
			String verb = line.strip().split(" ", 2)[0].toUpperCase(Locale.ROOT);
			switch (verb) {
				case "EHLO" -> answer(client, "250-localhost\r\n250-8BITMIME\r\n250 SMTPUTF8");
				case "HELO", "MAIL", "RCPT", "RSET", "NOOP" -> answer(client, "250 OK");
				case "DATA" -> {
					answer(client, "354 End with a line that has only a dot");
					answer(client, keep(in));
				}
				case "QUIT" -> {
					answer(client, "221 Bye");
					return;
				}
				default -> answer(client, "502 Not known here");
			}
		}
	}

	private String keep(BufferedReader in) throws IOException {
		StringBuilder mail = new StringBuilder();
		for (String line = in.readLine(); !".".equals(line); line = in.readLine()) {
			if (line == null) {
				throw new SocketException("ended within a mail");
			}
			if (mail.length() + line.length() <= LARGEST_MAIL_CHARACTERS) {
				// A leading dot was doubled by the sender (RFC 5321, 4.5.2).
				mail.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
			}
			else {
				mail.setLength(LARGEST_MAIL_CHARACTERS + 1);
			}
		}
		return (mail.length() > LARGEST_MAIL_CHARACTERS) ? "552 Larger than 10 MiB" : "250 Kept as " + write(mail);
	}

	private Path write(CharSequence mail) throws IOException {
		String name = "%s-%04d.eml".formatted(FILE_TIME.format(this.clock.instant()), this.count.incrementAndGet());
		Path filling = this.directory.resolve(name + ".new");
		Files.writeString(filling, mail, StandardCharsets.ISO_8859_1);
		return Files.move(filling, this.directory.resolve(name), StandardCopyOption.ATOMIC_MOVE).getFileName();
	}

	private static void answer(Socket client, String text) throws IOException {
		client.getOutputStream().write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
	}

}
