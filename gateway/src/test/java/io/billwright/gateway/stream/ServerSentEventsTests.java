package io.billwright.gateway.stream;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Publisher;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.annotation.DirtiesContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import io.billwright.gateway.Gateways;
import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.StubService;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/// Answers that come bit by bit. The service is never silent for longer than another answer may take, except where a test
/// says so.
@GatewayTest(properties = {"billwright.gateway.streams.idle=3s", "billwright.gateway.streams.duration=6s",
	"billwright.gateway.streams.per-caller=2", "billwright.gateway.streams.stalled=1s",
	"billwright.gateway.upstream.response-timeout=1s"})
@DirtiesContext
@Timeout(60)
class ServerSentEventsTests {

	private static final String EVENTS = "/api/v1/search/events";

	private final AtomicInteger ended = new AtomicInteger();

	@LocalServerPort
	private int port;

	@Autowired
	private MeterRegistry meters;

	@Test
	void eventWhenItIsSentThenTheClientReadsItAtOnceAndAsItIs() throws Exception {
		Sinks.Many<String> events = Sinks.many().unicast().onBackpressureBuffer();
		serve(events.asFlux());
		try (InputStream stream = open("10.9.0.1")) {
			for (String event : List.of("data: one\n\n", "data: " + "a".repeat(5_000) + "\n\n", "data: three\n\n")) {
				events.tryEmitNext(event).orThrow();
				assertThat(read(stream, event.length())).isEqualTo(event);
			}
			events.tryEmitComplete().orThrow();
			assertThat(stream.read()).isEqualTo(-1);
		}
	}

	@Test
	void serviceWhenItIsSilentForLessThanAStreamMayThenNothingEnds() throws Exception {
		serve(Flux.just("data: one\n\n").concatWith(Mono.just("data: two\n\n").delayElement(Duration.ofSeconds(2))));
		try (InputStream stream = open("10.9.0.2")) {
			assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8))
					.isEqualTo("data: one\n\ndata: two\n\n");
		}
	}

	@Test
	void serviceWhenItIsSilentForTooLongThenTheStreamEndsOnBothSides() throws Exception {
		serve(Flux.just("data: one\n\n").concatWith(Flux.never()));
		try (InputStream stream = open("10.9.0.3")) {
			assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("data: one\n\n");
		}
		awaitEnded(1);
	}

	@Test
	void streamWhenItLastsTooLongThenItEndsOnBothSides() throws Exception {
		serve(Flux.interval(Duration.ofMillis(300)).map((tick) -> "data: " + tick + "\n\n"));
		try (InputStream stream = open("10.9.0.4")) {
			assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8)).contains("data: 10\n\n")
					.doesNotContain("data: 40\n\n");
		}
		awaitEnded(1);
	}

	@Test
	void clientWhenItLeavesThenTheServiceIsLeftToo() throws Exception {
		serve(Flux.interval(Duration.ofMillis(100)).map((tick) -> "data: " + tick + "\n\n"));
		try (InputStream stream = open("10.9.0.5")) {
			assertThat(read(stream, 9)).isEqualTo("data: 0\n\n");
		}
		awaitEnded(1);
	}

	@Test
	void callerWhenItHasTooManyThenGetsNoMoreUntilOneEnds() throws Exception {
		serve(Flux.interval(Duration.ofMillis(100)).map((tick) -> "data: " + tick + "\n\n"));
		List<InputStream> open = new ArrayList<>(List.of(open("10.9.0.6"), open("10.9.0.6")));
		HttpResponse<String> refused = Platform.send(this.port, "GET", EVENTS, "X-Forwarded-For", "10.9.0.6");
		assertThat(refused.statusCode()).isEqualTo(429);
		assertThat(refused.body()).contains("\"code\":\"too_many_streams\"");
		assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		open.add(open("10.9.0.7"));

		open.removeFirst().close();
		await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
			InputStream again = open("10.9.0.6");
			open.add(again);
			assertThat(read(again, 9)).isEqualTo("data: 0\n\n");
		});
		for (InputStream stream : open) {
			stream.close();
		}
	}

	/// Whoever reads lines takes their end for the end of the list.
	@Test
	void linesWhenTheyLastTooLongThenAreCutAndNotEnded() throws Exception {
		Platform.SEARCH.on(EVENTS, (request, response) -> response.sse()
				.header("Content-Type", "application/x-ndjson")
				.sendString(Flux.interval(Duration.ofMillis(300)).map((tick) -> "{}\n")));
		try (InputStream stream = open("10.9.0.8")) {
			assertThatIOException().isThrownBy(stream::readAllBytes);
		}
	}

	/// Its buffers fill, then the gateway's, and then the gateway would wait for ever.
	@Test
	void clientWhenItDoesNotReadThenTheServiceIsLeft() throws Exception {
		serve(Flux.range(0, 10_000).map((number) -> "data: " + "a".repeat(15_000) + "\n\n"));
		try (Socket socket = new Socket()) {
			socket.setReceiveBufferSize(4_096);
			socket.connect(new InetSocketAddress("127.0.0.1", this.port));
			socket.getOutputStream().write(("GET " + EVENTS + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			awaitEnded(1);
		}
		assertThat(this.meters.counter("billwright.gateway.streams.ended", "by", "stalled").count()).isPositive();
	}

	@Test
	void streamWhenItLastsThenIsNoSlowRequest() throws Exception {
		serve(Flux.interval(Duration.ofMillis(300)).map((tick) -> "data: " + tick + "\n\n"));
		try (InputStream stream = open("10.9.0.9")) {
			assertThat(this.meters.get("billwright.gateway.streams").tag("kind", "events").gauge().value())
					.isPositive();
			stream.readAllBytes();
		}
		await().atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(
						this.meters.get("billwright.gateway.streams").tag("kind", "events").gauge().value()).isZero());
		assertThat(this.meters.get("billwright.gateway.requests")
				.tags("route", "search-service", "status", "200")
				.timer()
				.max(TimeUnit.SECONDS)).isLessThan(5);
	}

	@Test
	void gatewayWhenItStopsThenItsStreamsEndAndTheirClientsMayConnectElsewhere() throws Exception {
		serve(Flux.interval(Duration.ofMillis(300)).map((tick) -> "data: " + tick + "\n\n"));
		ConfigurableApplicationContext leaving = Gateways
				.start(Map.of("server.port", "0", "billwright.gateway.streams.farewell", "500ms"));
		int there = Integer.parseInt(leaving.getEnvironment().getRequiredProperty("local.server.port"));
		try (InputStream stream = open(there, "10.9.0.10")) {
			assertThat(read(stream, 9)).isEqualTo("data: 0\n\n");
			long start = System.nanoTime();
			Thread stop = Thread.ofVirtual().start(leaving::close);
			assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8)).as("whole events")
					.matches("(data: \\d+\n\n)*");
			stop.join();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
		}
		finally {
			leaving.close();
		}
	}

	private void serve(Flux<String> events) {
		StubService.Answer answer = (request, response) -> {
			Publisher<Void> sent = response.sse()
					.sendString(events, StandardCharsets.UTF_8);
			return response.withConnection((connection) -> connection.onDispose(this.ended::incrementAndGet))
					.then(sent);
		};
		Platform.SEARCH.on(EVENTS, answer);
	}

	private InputStream open(String address) throws IOException, InterruptedException {
		return open(this.port, address);
	}

	private static InputStream open(int port, String address) throws IOException, InterruptedException {
		HttpResponse<InputStream> answer = Platform.CLIENT.send(HttpRequest.newBuilder(Platform.uri(port, EVENTS))
				.header("X-Forwarded-For", address)
				.header("Accept-Encoding", "gzip, zstd")
				.build(), HttpResponse.BodyHandlers.ofInputStream());
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
		return answer.body();
	}

	private void awaitEnded(int times) {
		await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(this.ended).hasValue(times));
	}

	private static String read(InputStream stream, int length) throws IOException {
		return new String(stream.readNBytes(length), StandardCharsets.UTF_8);
	}

}
