package io.billwright.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.billwright.platform.test.servers.Server;
import io.billwright.platform.test.servers.ServerFailure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class SupervisedTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private final List<String> journal = new CopyOnWriteArrayList<>();

	@TempDir
	private Path directory;

	@Test
	void serverWhenKilledThenRunsAgainAndTheJournalSaysSo() {
		try (Supervised component = supervised(FakeServer.steady(this.directory), true)) {
			component.start();
			long first = component.pid().orElseThrow();
			component.kill();
			await().atMost(LIMIT).until(() -> this.journal.contains("fake runs again"));
			assertThat(component.pid().orElseThrow()).isNotEqualTo(first);
			assertThat(this.journal).contains("fake died with code 137");
		}
	}

	@Test
	void serverWhenClosedThenStaysDown() {
		Supervised component = supervised(FakeServer.steady(this.directory), true);
		component.start();
		component.close();
		await().during(Duration.ofSeconds(1)).atMost(LIMIT).until(() -> component.pid().isEmpty());
		assertThat(this.journal).isEmpty();
	}

	@Test
	void serverWhenNotSupervisedThenIsRestartedOnlyWhenAsked() {
		try (Supervised component = supervised(FakeServer.steady(this.directory), false)) {
			component.start();
			component.kill();
			await().during(Duration.ofSeconds(1)).atMost(LIMIT).until(() -> component.pid().isEmpty());
			component.restart();
			assertThat(component.pid()).isPresent();
		}
	}

	@Test
	void serverWhenItDiesAgainAndAgainThenThePausesGrow() {
		try (Supervised component = supervised(FakeServer.dyingAfterItsFirstLife(this.directory), true)) {
			component.start();
			component.kill();
			long begin = System.nanoTime();
			await().atMost(LIMIT)
					.until(() -> this.journal.stream().filter((line) -> line.contains("ended with code 7"))
							.count() >= 3);
			// 0.5 s, 1 s and 2 s.
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(3400));
		}
	}

	@Test
	void serverWhenItDiesBeforeItWasHealthyThenTheStartFails() {
		Server dying = new FakeServer(this.directory.resolve("up"), 1, "echo cannot; exit 3");
		try (Supervised component = supervised(dying, true)) {
			assertThatExceptionOfType(ServerFailure.class).isThrownBy(component::start)
					.withMessageContaining("code 3")
					.withMessageContaining("cannot");
		}
		assertThat(this.journal).isEmpty();
	}

	private Supervised supervised(Server server, boolean restarts) {
		return new Supervised(server, this.directory, LIMIT, restarts, this.journal::add);
	}

}
