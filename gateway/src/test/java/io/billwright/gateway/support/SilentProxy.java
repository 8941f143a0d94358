package io.billwright.gateway.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A TCP proxy that can fall silent: connections stay open and new ones are accepted, but nothing comes through, as with
/// a server that hangs or a network that swallows.
public final class SilentProxy implements AutoCloseable {

	private final ServerSocket listener;

	private final int target;

	private final Set<Line> lines = ConcurrentHashMap.newKeySet();

	private volatile boolean silent;

	/// @param target the port of the server on this machine
	/// @param silent whether it is silent from the beginning
	public SilentProxy(int target, boolean silent) {
		this.target = target;
		this.silent = silent;
		try {
			this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Thread.ofPlatform().daemon().start(this::accept);
	}

	public int port() {
		return this.listener.getLocalPort();
	}

	/// Lets nothing through any more.
	public void fallSilent() {
		this.silent = true;
	}

	/// Lets everything through again, also what has waited.
	public void speak() {
		synchronized (this.lines) {
			this.silent = false;
			this.lines.notifyAll();
		}
	}

	/// Lets new connections through; the ones that are open stay open and silent for ever.
	public void speakOnNewConnectionsOnly() {
		this.lines.forEach((line) -> line.dead = true);
		speak();
	}

	/// Lets nothing more through on the connections that have subscribed to a channel of Redis. They stay open.
	public void silenceSubscriptions() {
		this.lines.stream().filter((line) -> line.subscribed).forEach((line) -> line.dead = true);
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
		this.lines.forEach(Line::close);
	}

	private void accept() {
		try {
			while (true) {
				Line line = new Line(this.listener.accept(),
						new Socket(InetAddress.getLoopbackAddress(), this.target));
				this.lines.add(line);
				Thread.ofPlatform().daemon().start(() -> line.pump(line.client, line.server));
				Thread.ofPlatform().daemon().start(() -> line.pump(line.server, line.client));
			}
		}
		catch (IOException closed) {
			// Nobody is to be let in any more.
		}
	}

	private final class Line {

		private final Socket client;

		private final Socket server;

		private volatile boolean dead;

		private volatile boolean subscribed;

		Line(Socket client, Socket server) {
			this.client = client;
			this.server = server;
		}

		void pump(Socket from, Socket to) {
			byte[] buffer = new byte[8192];
			try (from; to) {
				InputStream in = from.getInputStream();
				OutputStream out = to.getOutputStream();
				for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
					this.subscribed |= from == this.client
							&& new String(buffer, 0, read, StandardCharsets.ISO_8859_1).contains("SUBSCRIBE");
					awaitLeave();
					out.write(buffer, 0, read);
				}
			}
			catch (IOException | InterruptedException ended) {
				// The other side is closed with it.
			}
		}

		private void awaitLeave() throws InterruptedException {
			synchronized (SilentProxy.this.lines) {
				while (SilentProxy.this.silent || this.dead) {
					SilentProxy.this.lines.wait();
				}
			}
		}

		void close() {
			try (this.client; this.server) {
				SilentProxy.this.lines.remove(this);
			}
			catch (IOException closed) {
				// That is what was wanted.
			}
		}

	}

}
