package io.billwright.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.billwright.platform.test.servers.ChildProcess;
import io.billwright.platform.test.servers.Server;
import io.billwright.platform.test.servers.ServerFailure;

/// A server that is started again when it dies after it had been healthy: after 0.5 s, then twice as long each time up
/// to 30 s, ten times at the most. A minute of health forgets earlier deaths.
final class Supervised implements AutoCloseable {

	private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

	private static final Duration FORGET_AFTER = Duration.ofMinutes(1);

	private static final int ATTEMPTS = 10;

	private final Server server;

	private final Path directory;

	private final Duration timeout;

	private final boolean restarts;

	private final Consumer<String> journal;

	private @Nullable ChildProcess process;

	private boolean stopping;

	private int deaths;

	/// @param directory for log and pid file
	/// @param timeout until it is healthy
	/// @param restarts whether it is started again when it dies
	/// @param journal is told in one line what happens to it
	Supervised(Server server, Path directory, Duration timeout, boolean restarts, Consumer<String> journal) {
		this.server = server;
		this.directory = directory;
		this.timeout = timeout;
		this.restarts = restarts;
		this.journal = journal;
	}

	Server server() {
		return this.server;
	}

	/// Starts it and waits until it is healthy.
	///
	/// @throws ServerFailure with the reason in one line when it does not become healthy
	void start() {
		ChildProcess started = launch();
		started.awaitReady(this.server::probe, this.timeout);
		long healthySince = System.nanoTime();
		Thread.ofPlatform()
				.daemon()
				.name("watch-" + this.server.name())
				.start(() -> died(started.onExit().join().exitValue(), healthySince));
	}

	/// Ends it at once and, when it is supervised, lets it be started again.
	void kill() {
		ChildProcess current = current();
		if (current != null) {
			current.kill();
		}
	}

	/// Stops it in an orderly way where it still runs, starts it and waits until it is healthy.
	void restart() {
		close();
		resume();
		start();
	}

	OptionalLong pid() {
		ChildProcess current = current();
		return (current != null && current.isAlive()) ? OptionalLong.of(current.pid()) : OptionalLong.empty();
	}

	/// Stops it in an orderly way. It is not started again.
	@Override
	public void close() {
		ChildProcess last = stop();
		if (last != null) {
			last.close();
		}
	}

	private synchronized @Nullable ChildProcess current() {
		return this.process;
	}

	private synchronized @Nullable ChildProcess stop() {
		this.stopping = true;
		notifyAll();
		return this.process;
	}

	private synchronized void resume() {
		this.stopping = false;
		this.deaths = 0;
	}

	private synchronized ChildProcess launch() {
		if (this.stopping) {
			throw new ServerFailure(this.server.name() + " is being stopped.");
		}
		ChildProcess started = ChildProcess.start(this.server, this.directory);
		this.process = started;
		return started;
	}

	private void died(int code, long healthySince) {
		if (!this.restarts || isStopping()) {
			return;
		}
		if (System.nanoTime() - healthySince > FORGET_AFTER.toNanos()) {
			resetDeaths();
		}
		this.journal.accept("%s died with code %d".formatted(this.server.name(), code));
		startAgain();
	}

	private void startAgain() {
		while (pauseBeforeNextAttempt()) {
			try {
				start();
				this.journal.accept(this.server.name() + " runs again");
				return;
			}
			catch (ServerFailure failure) {
				if (!isStopping()) {
					this.journal.accept(failure.getMessage());
					kill();
				}
			}
		}
		if (!isStopping()) {
			this.journal.accept("%s died %d times and stays down: see %s, then run ./billwright down and up"
					.formatted(this.server.name(), ATTEMPTS, this.directory.resolve(this.server.name() + ".log")));
		}
	}

	/// @return false when it shall not be started any more
	private synchronized boolean pauseBeforeNextAttempt() {
		if (this.deaths >= ATTEMPTS) {
			return false;
		}
		long pause = Math.min(FIRST_PAUSE.toMillis() << this.deaths, LONGEST_PAUSE.toMillis());
		this.deaths++;
		long end = System.nanoTime() + pause * 1_000_000;
		try {
			for (long left = pause; left > 0 && !this.stopping; left = (end - System.nanoTime()) / 1_000_000) {
				wait(left);
			}
		}
		catch (InterruptedException exception) {
			Thread.currentThread().interrupt();
			return false;
		}
		return !this.stopping;
	}

	private synchronized boolean isStopping() {
		return this.stopping;
	}

	private synchronized void resetDeaths() {
		this.deaths = 0;
	}

}
