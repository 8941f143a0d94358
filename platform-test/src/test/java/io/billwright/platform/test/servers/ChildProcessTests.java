package io.billwright.platform.test.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ChildProcessTests {

	private static final Duration LIMIT = Duration.ofSeconds(10);

	@TempDir
	private Path directory;

	@Test
	void childWhenItDiesWhileStartingThenItsLastLinesAreTold() throws IOException {
		try (ChildProcess child = start("echo out of luck; exit 3")) {
			assertThatExceptionOfType(ServerFailure.class).isThrownBy(() -> child.awaitReady(neverReady(), LIMIT))
					.withMessageContaining("code 3")
					.withMessageContaining("out of luck");
		}
	}

	@Test
	void childWhenItLogsStructuredLinesThenTheirMessagesAreTold() throws IOException {
		String line = "{\"log\":{\"level\":\"ERROR\"},\"message\":\"It failed\",\"error\":{\"message\":\"no \\\"key\\\"\",\"stack_trace\":\"A\\n\\tat x\\nCaused by: B: b\\n\\tat y\\nCaused by: C: deep\\n\\tat z\"}}";
		try (ChildProcess child = start("printf '%s\\n' '" + line + "'; exit 1")) {
			assertThatExceptionOfType(ServerFailure.class).isThrownBy(() -> child.awaitReady(neverReady(), LIMIT))
					.withMessageEndingWith("It failed: no \"key\": Caused by: C: deep");
		}
	}

	@Test
	void childWhenNotReadyInTimeThenSaysSo() throws IOException {
		try (ChildProcess child = start("sleep 60")) {
			assertThatExceptionOfType(ServerFailure.class)
					.isThrownBy(() -> child.awaitReady(neverReady(), Duration.ofMillis(300)))
					.withMessageContaining("not ready within");
		}
	}

	@Test
	void childWhenClosedThenEndsOrderlyAndItsPidFileIsGone() throws IOException {
		ChildProcess child = start("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done");
		child.awaitReady(() -> requireLog("up"), LIMIT);
		child.close();
		assertThat(child.isAlive()).isFalse();
		assertThat(child.lastLogLines()).contains("bye");
		assertThat(this.directory.resolve("child.pid")).doesNotExist();
	}

	@Test
	void orphanWhenItsLauncherWasKilledThenIsReaped() throws IOException {
		ChildProcess orphan = start("sleep 60");
		assertThat(ChildProcess.reap("child", "TERM", this.directory)).isTrue();
		assertThat(orphan.isAlive()).isFalse();
		assertThat(ChildProcess.reap("child", "TERM", this.directory)).isFalse();
	}

	@Test
	void processWhenItOnlyHasTheOldPidThenIsLeftAlone() throws IOException {
		try (ChildProcess other = start("sleep 60")) {
			Files.writeString(this.directory.resolve("child.pid"), other.pid() + "\n2001-01-01T00:00:00Z\n");
			assertThat(ChildProcess.reap("child", "TERM", this.directory)).isFalse();
			assertThat(other.isAlive()).isTrue();
		}
	}

	@Test
	void serverWhenItsPortIsTakenThenSaysWhichAndWhatToDo() throws IOException {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			RedisServer redis = new RedisServer(this.directory, taken.getLocalPort(), Durability.THROWAWAY);
			assertThatExceptionOfType(ServerFailure.class).isThrownBy(() -> ChildProcess.start(redis, this.directory))
					.withMessageContaining("Port " + taken.getLocalPort())
					.withMessageContaining("redis")
					.withMessageContaining("choose another port");
		}
	}

	@Test
	void serverWhenKilledThenRestartsWithItsData() throws Exception {
		PostgresServer postgres = new PostgresServer(this.directory.resolve("postgres"), Ports.free(), "secret",
				Durability.DURABLE);
		ChildProcess first = ChildProcess.start(postgres, this.directory);
		first.awaitReady(postgres::probe, Duration.ofSeconds(60));
		Databases databases = Databases.of(postgres);
		databases.createRoles("owner", "app");
		databases.create("kept");
		first.kill();
		try (ChildProcess second = ChildProcess.start(postgres, this.directory)) {
			second.awaitReady(postgres::probe, Duration.ofSeconds(60));
			try (var connection = java.sql.DriverManager.getConnection(postgres.jdbcUrl("kept"), Databases.APP,
					"app")) {
				assertThat(connection.isValid(1)).isTrue();
			}
		}
	}

	private ChildProcess start(String script) throws IOException {
		return ChildProcess.start("child", List.of("sh", "-c", script), Map.of(), "TERM", this.directory);
	}

	private static ChildProcess.Probe neverReady() {
		return () -> {
			throw new IOException("not yet");
		};
	}

	private void requireLog(String text) throws IOException {
		if (!Files.readString(this.directory.resolve("child.log")).contains(text)) {
			throw new IOException("not yet");
		}
	}

}
