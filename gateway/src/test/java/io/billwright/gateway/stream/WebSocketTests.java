package io.billwright.gateway.stream;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.test.annotation.DirtiesContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.WebsocketServerSpec;

import io.billwright.gateway.support.GatewayTest;
import io.billwright.gateway.support.Platform;
import io.billwright.gateway.support.RawRequest;
import io.billwright.gateway.support.StubService;
import io.billwright.gateway.support.TestHash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@GatewayTest(properties = {"billwright.gateway.streams.idle=3s", "billwright.gateway.streams.duration=6s",
	"billwright.gateway.streams.per-caller=2", "billwright.gateway.streams.per-organization=3",
	"billwright.gateway.streams.frame=1KB", "billwright.gateway.streams.message=2KB",
	"billwright.gateway.streams.recheck=500ms", "billwright.gateway.streams.stalled=1s",
	"billwright.gateway.upstream.response-timeout=1s", "billwright.gateway.limits.principal.rate=100000/min"})
@DirtiesContext
@Timeout(120)
class WebSocketTests {

	private static final String ECHO = "/api/v1/invoices/echo";

	private static final WebsocketServerSpec SPEC = WebsocketServerSpec.builder()
			.protocols("v2")
			.maxFramePayloadLength(10_000)
			.build();

	private final List<WebSocket> opened = new ArrayList<>();

	/// How the service saw its WebSockets end.
	private final BlockingQueue<Integer> ends = new LinkedBlockingQueue<>();

	private final String organization = "org_" + TestHash.sha256(Platform.freshAddress()).substring(0, 8);

	private final String key = Platform.apiKey("live", this.organization, "");

	@LocalServerPort
	private int port;

	@Autowired
	private StringRedisTemplate redis;

	@Autowired
	private MeterRegistry meters;

	@AfterEach
	void close() {
		this.opened.forEach(WebSocket::abort);
	}

	@Test
	void framesWhenEitherSideSendsThemThenPassAsTheyAre() throws Exception {
		echo();
		Client client = open("X-API-Key", this.key, "Cookie", "a=b");
		assertThat(client.socket.getSubprotocol()).isEqualTo("v2");
		client.socket.sendText("hello", false).join();
		client.socket.sendText(" there", true).join();
		client.socket.sendBinary(ByteBuffer.wrap(new byte[]{1, 2, 3}), true).join();
		client.socket.sendPing(ByteBuffer.wrap(new byte[]{7})).join();
		assertThat(client.next()).isEqualTo("text hello");
		assertThat(client.next()).isEqualTo("text  there last");
		assertThat(client.next()).isEqualTo("binary 3 last");
		assertThat(client.next()).isEqualTo("pong 7");

		StubService.Received request = Platform.INVOICES.last(ECHO);
		assertThat(Platform.passport(request)).containsEntry("org", this.organization);
		assertThat(request.headers()).doesNotContainKeys("cookie", "x-api-key").containsKey("x-forwarded-for");
		assertThat(request.uri()).isEqualTo(ECHO + "?a=b");
	}

	@RepeatedTest(20)
	void clientWhenItClosesThenTheServiceLearnsHow() throws Exception {
		echo();
		Client client = open("X-API-Key", this.key);
		client.socket.sendClose(4001, "enough").join();
		assertThat(this.ends.poll(20, TimeUnit.SECONDS)).isEqualTo(4001);
		assertThat(client.next()).startsWith("close 4001");
	}

	@Test
	void clientWhenItVanishesThenTheServiceIsLeftToo() throws Exception {
		echo();
		Client client = open("X-API-Key", this.key);
		client.socket.sendText("hello", true).join();
		assertThat(client.next()).isEqualTo("text hello last");
		client.socket.abort();
		assertThat(this.ends.poll(20, TimeUnit.SECONDS)).isNotNull();
	}

	/// At once, while the gateway still shakes hands with the client.
	@RepeatedTest(20)
	void serviceWhenItClosesThenTheClientLearnsHow() throws Exception {
		Platform.INVOICES.on(ECHO, (request, response) -> response
				.sendWebsocket((in, out) -> out.sendString(Mono.just("bye")).then().then(out.sendClose(4002, "done")),
						SPEC));
		Client client = open("X-API-Key", this.key);
		assertThat(client.next()).isEqualTo("text bye last");
		assertThat(client.next()).isEqualTo("close 4002 done");
	}

	@Test
	void webSocketWhenNothingPassesForTooLongThenEndsOnBothSides() throws Exception {
		echo();
		Client client = open("X-API-Key", this.key);
		assertThat(client.next()).startsWith("close 1001");
		assertThat(this.ends.poll(20, TimeUnit.SECONDS)).isEqualTo(1001);
	}

	@Test
	void webSocketWhenItLastsTooLongThenEndsOnBothSides() throws Exception {
		talk();
		Client client = open("X-API-Key", this.key);
		assertThat(lastOf(client)).startsWith("close 1001");
		assertThat(this.ends.poll(20, TimeUnit.SECONDS)).isEqualTo(1001);
	}

	@Test
	void frameWhenTooLargeThenTheWebSocketEnds() throws Exception {
		echo();
		Client client = open("X-API-Key", this.key);
		client.socket.sendText("a".repeat(2_000), true).join();
		assertThat(client.next()).startsWith("close 1009");
		assertThat(this.ends.poll(20, TimeUnit.SECONDS)).isNotNull();
	}

	@Test
	void callerWhenItHasTooManyThenGetsNoMore() throws Exception {
		echo();
		String first = Platform.apiKey("live", "org_many", "");
		open("X-API-Key", first);
		open("X-API-Key", first);
		assertRefused(429, "X-API-Key", first);
		open("X-API-Key", Platform.apiKey("live", "org_many", ""));
		assertRefused(429, "X-API-Key", Platform.apiKey("live", "org_many", ""));
		open("X-API-Key", Platform.apiKey("live", "org_few", ""));
	}

	/// Each frame is small enough.
	@Test
	void messageWhenTooLargeThenTheWebSocketEndsOnBothSides() throws Exception {
		echo();
		Client client = open("X-API-Key", this.key);
		for (int i = 0; i < 3; i++) {
			client.socket.sendText("a".repeat(1_000), false).join();
		}
		assertThat(lastOf(client)).startsWith("close 1009");
		assertThat(this.ends.poll(20, TimeUnit.SECONDS)).isEqualTo(1009);
	}

	@Test
	void messagesWhenEachIsSmallEnoughThenMayBeMany() throws Exception {
		echo();
		Client client = open("X-API-Key", this.key);
		for (int i = 0; i < 5; i++) {
			client.socket.sendText("a".repeat(1_000), true).join();
			assertThat(client.next()).endsWith("a last");
		}
	}

	/// What user-service says of the key is believed for half a minute unless a revocation is pushed.
	@Test
	void credentialWhenRevokedThenTheWebSocketEndsOnBothSides() throws Exception {
		talk();
		Client client = open("X-API-Key", this.key);
		assertThat(client.next()).isEqualTo("text 0 last");
		Platform.forget(this.key);
		this.redis.convertAndSend("credentials.revoked", TestHash.sha256(this.key));
		assertThat(lastOf(client)).startsWith("close 1008");
		assertThat(this.ends.poll(20, TimeUnit.SECONDS)).isEqualTo(1008);
	}

	/// Its buffers fill, then the gateway's, and then the gateway would wait for ever.
	@Test
	void clientWhenItDoesNotReadThenTheServiceIsLeft() throws Exception {
		Platform.INVOICES.on(ECHO, (request, response) -> response.sendWebsocket((in, out) -> {
			note(in.receiveCloseStatus().map((status) -> status.code()));
			return out.sendObject(
					Flux.range(0, 1_000_000).map((number) -> new TextWebSocketFrame("a".repeat(1_000))),
					(frame) -> true);
		}, SPEC));
		try (Socket socket = new Socket()) {
			socket.setReceiveBufferSize(4_096);
			socket.connect(new InetSocketAddress("127.0.0.1", this.port));
			socket.getOutputStream().write(("GET " + ECHO + " HTTP/1.1\r\nHost: localhost\r\nX-API-Key: " + this.key
					+ "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: v2\r\nSec-WebSocket-Version: 13\r\n"
					+ "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
			assertThat(this.ends.poll(20, TimeUnit.SECONDS)).isNotNull();
		}
		assertThat(this.meters.counter("billwright.gateway.streams.ended", "by", "stalled").count()).isPositive();
	}

	@Test
	void handshakeWhenMalformedThenIsRefused() {
		HttpResponse<String> answer = Platform.send(this.port, "GET", ECHO, "X-API-Key", this.key);
		assertThat(answer.statusCode()).as("no handshake at all").isNotEqualTo(101);
		assertThat(RawRequest.send(this.port, "GET " + ECHO + " HTTP/1.1\r\nHost: localhost\r\nX-API-Key: " + this.key
				+ "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\n\r\n"))
				.startsWith("HTTP/1.1 400 ")
				.containsIgnoringCase("Sec-WebSocket-Version: 13");
	}

	@Test
	void serviceWhenItDoesNotAnswerThenTheClientIsToldSo() {
		Platform.INVOICES.on(ECHO, StubService.Answer.never());
		assertRefused(504, "X-API-Key", this.key);
	}

	@Test
	void callerWhenUnknownThenIsRefusedBeforeTheServiceIsAsked() {
		int before = Platform.INVOICES.received(ECHO).size();
		assertRefused(401);
		assertRefused(401, "X-API-Key", Platform.invent("live"));
		assertThat(Platform.INVOICES.received(ECHO)).hasSize(before);
	}

	/// A browser sends the session with every WebSocket that any page opens.
	@Test
	void pageWhenItsOriginIsNotAllowedThenTheSessionIsOfNoUse() throws Exception {
		echo();
		String session = "__Host-billwright_session=" + Platform.session(this.redis);
		assertRefused(403, "Cookie", session, "Origin", "https://evil.example");
		open("Cookie", session);
		open("Cookie", session, "Origin", "http://127.0.0.1:" + this.port);
	}

	@Test
	void serviceWhenItOpensNoneThenTheClientIsToldSo() {
		Platform.INVOICES.on(ECHO, StubService.Answer.json(404, "{}"));
		assertRefused(404, "X-API-Key", this.key);
		Platform.INVOICES.on(ECHO, StubService.Answer.json(200, "{}"));
		assertRefused(502, "X-API-Key", this.key);
	}

	private void echo() {
		Platform.INVOICES.on(ECHO, (request, response) -> response.sendWebsocket((in, out) -> {
			note(in.receiveCloseStatus().map((status) -> status.code()));
			return out.sendObject(in.receiveFrames().map(WebSocketFrame::retain), (frame) -> true);
		}, SPEC));
	}

	/// Has something to say, twice a second.
	private void talk() {
		Platform.INVOICES.on(ECHO, (request, response) -> response.sendWebsocket((in, out) -> {
			note(in.receiveCloseStatus().map((status) -> status.code()));
			return out.sendObject(
					Flux.interval(Duration.ofMillis(500)).map(String::valueOf).map(TextWebSocketFrame::new),
					(frame) -> true);
		}, SPEC));
	}

	private static String lastOf(Client client) throws InterruptedException {
		String last = client.next();
		while (last.startsWith("text")) {
			last = client.next();
		}
		return last;
	}

	private void note(Mono<Integer> end) {
		end.defaultIfEmpty(-1).onErrorReturn(-1).subscribe(this.ends::add);
	}

	private void assertRefused(int status, String... headers) {
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> open(headers))
				.havingCause()
				.isInstanceOfSatisfying(WebSocketHandshakeException.class,
						(refusal) -> assertThat(refusal.getResponse().statusCode()).isEqualTo(status));
	}

	private Client open(String... headers) {
		Client client = new Client();
		WebSocket.Builder builder = Platform.CLIENT.newWebSocketBuilder()
				.subprotocols("v1", "v2")
				.connectTimeout(Duration.ofSeconds(30))
				.header("X-Forwarded-For", Platform.freshAddress());
		for (int i = 0; i < headers.length; i += 2) {
			builder.header(headers[i], headers[i + 1]);
		}
		client.socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + this.port + ECHO + "?a=b"), client).join();
		this.opened.add(client.socket);
		return client;
	}

	private static final class Client implements WebSocket.Listener {

		private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

		private WebSocket socket;

		String next() throws InterruptedException {
			return String.valueOf(this.received.poll(20, TimeUnit.SECONDS));
		}

		@Override
		public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
			return note(from, "text " + data + (last ? " last" : ""));
		}

		@Override
		public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
			return note(from, "binary " + data.remaining() + (last ? " last" : ""));
		}

		@Override
		public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
			return note(from, "pong " + message.get());
		}

		@Override
		public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
			return note(from, ("close " + status + " " + reason).strip());
		}

		@Override
		public void onError(WebSocket from, Throwable error) {
			note(from, "error " + error);
		}

		private @Nullable CompletionStage<?> note(WebSocket from, String event) {
			this.received.add(event);
			from.request(1);
			return null;
		}

	}

}
