package io.billwright.gateway.edge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AccessLinesTests {

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	@Test
	void linesWhenClosedThenAllAreWrittenInTheirOrder() {
		ByteArrayOutputStream written = new ByteArrayOutputStream();

		try (AccessLines lines = lines(10_000, written)) {
			IntStream.range(0, 5000).forEach((i) -> lines.add(entry("/" + i)));
		}

		List<String> all = written.toString(StandardCharsets.UTF_8).lines().toList();
		assertThat(all).hasSize(5000);
		assertThat(all.getFirst()).contains("\"path\":\"/0\"");
		assertThat(all.getLast()).contains("\"path\":\"/4999\"");
		assertThat(lost()).isZero();
	}

	@Test
	void linesWhenNobodyReadsThemThenThoseBeyondTheLimitAreCounted() {
		CountDownLatch read = new CountDownLatch(1);
		ByteArrayOutputStream written = new ByteArrayOutputStream();

		try (AccessLines lines = lines(10, slow(written, read))) {
			IntStream.range(0, 100).forEach((i) -> lines.add(entry("/" + i)));
			read.countDown();
		}

		assertThat(lost()).isPositive();
		assertThat(written.toString(StandardCharsets.UTF_8).lines().count() + lost()).isEqualTo(100);
	}

	private double lost() {
		return this.meters.get("billwright.gateway.access.lines.lost").counter().count();
	}

	private AccessLines lines(int most, OutputStream output) {
		PrintStream print = new PrintStream(output, false, StandardCharsets.UTF_8);
		return new AccessLines(most, () -> print, this.meters);
	}

	private static OutputStream slow(OutputStream output, CountDownLatch read) {
		return new OutputStream() {

			@Override
			public void write(int one) throws IOException {
				write(new byte[]{(byte) one}, 0, 1);
			}

			@Override
			public void write(byte[] bytes, int from, int length) throws IOException {
				try {
					read.await();
				}
				catch (InterruptedException ex) {
					throw new InterruptedIOException();
				}
				output.write(bytes, from, length);
			}

		};
	}

	private static AccessEntry entry(String path) {
		return new AccessEntry(0, "GET", path, 200, Duration.ZERO, null, "none", null, null);
	}

}
