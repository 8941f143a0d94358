package io.billwright.user.webhook.sending;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.resolver.HostsFileEntriesResolver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

import io.billwright.user.webhook.Receiver;
import io.billwright.user.webhook.Receiver.Reply;
import io.billwright.user.webhook.sending.Answer.Result;

import static org.assertj.core.api.Assertions.assertThat;

/// Against a real server on this machine, to which names lead that the test gives it.
class SenderTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final WebhookSecret SECRET = WebhookSecret.next();

	private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T08:30:00Z"), ZoneOffset.UTC);

	private static Receiver receiver;

	private static Receiver secure;

	private final Map<String, String> names = new ConcurrentHashMap<>();

	private final Sender sender = sender(List.of("127.0.0.1/32"), Duration.ofSeconds(8));

	@BeforeAll
	static void open() {
		receiver = Receiver.plain();
		secure = Receiver.secure();
	}

	@AfterAll
	static void close() {
		receiver.close();
		secure.close();
	}

	@AfterEach
	void end() {
		this.sender.destroy();
	}

	@Test
	void eventWhenSentThenArrivesSignedAndTheBeginningOfTheAnswerIsKept() {
		receiver.reply("/answer", Reply.of(201, "x".repeat(5000)));
		Answer answer = send(this.sender, receiver.url("/answer"));
		assertThat(answer.result()).isEqualTo(Result.DELIVERED);
		assertThat(answer.status()).isEqualTo(201);
		assertThat(answer.body()).isEqualTo("x".repeat(16));
		assertThat(receiver.received("/answer")).singleElement().satisfies((request) -> {
			assertThat(request.body()).isEqualTo("{\"a\":\"ä\"}");
			assertThat(request.isSignedWith(SECRET.text())).isTrue();
			assertThat(request.header("webhook-id")).isEqualTo("evt_1");
			assertThat(request.header("webhook-timestamp"))
					.isEqualTo(String.valueOf(CLOCK.instant().getEpochSecond()));
			assertThat(request.header("content-type")).isEqualTo("application/json");
			assertThat(request.header("traceparent")).isNull();
		});
	}

	@Test
	void answerWhenEmptyOrNotTextThenIsKeptAsFarAsItGoes() {
		receiver.reply("/empty", Reply.of(204, ""));
		assertThat(send(this.sender, receiver.url("/empty")).body()).isEmpty();
		receiver.reply("/nul", Reply.of(200, "a\0b"));
		assertThat(send(this.sender, receiver.url("/nul")).body()).isEqualTo("ab");
	}

	@Test
	void redirectWhenAnsweredThenIsNotFollowed() {
		receiver.reply("/moved", new Reply(302, "", Map.of("Location", receiver.url("/elsewhere").toString()), true));
		assertThat(send(this.sender, receiver.url("/moved")).result()).isEqualTo(Result.REFUSED);
		assertThat(receiver.received("/elsewhere")).isEmpty();
	}

	@Test
	void retryAfterWhenAnsweredThenIsReadInSecondsOrAsADate() {
		receiver.reply("/seconds", new Reply(503, "", Map.of("Retry-After", "120"), true));
		assertThat(send(this.sender, receiver.url("/seconds")).retryAfter()).isEqualTo(Duration.ofSeconds(120));
		String date = DateTimeFormatter.RFC_1123_DATE_TIME
				.format(CLOCK.instant().plusSeconds(90).atZone(ZoneOffset.UTC));
		receiver.reply("/date", new Reply(429, "", Map.of("Retry-After", date), true));
		assertThat(send(this.sender, receiver.url("/date")).retryAfter()).isEqualTo(Duration.ofSeconds(90));
		receiver.reply("/nonsense", new Reply(503, "", Map.of("Retry-After", "soon"), true));
		assertThat(send(this.sender, receiver.url("/nonsense")).retryAfter()).isNull();
	}

	@Test
	void answerWhenNoneComesThenTheAttemptIsOver() {
		receiver.reply("/silent", Reply.NEVER);
		Sender impatient = sender(List.of("127.0.0.1/32"), Duration.ofMillis(500));
		Answer answer = send(impatient, receiver.url("/silent"));
		impatient.destroy();
		assertThat(answer.result()).isEqualTo(Result.TIMEOUT);
		assertThat(answer.status()).isNull();
		assertThat(answer.duration()).isBetween(Duration.ofMillis(400), Duration.ofSeconds(5));
	}

	@Test
	void certificateWhenNobodyKnowsItThenNothingIsSent() {
		assertThat(send(this.sender, secure.url("/tls")).result()).isEqualTo(Result.TLS_FAILED);
		assertThat(secure.received("/tls")).isEmpty();
	}

	@Test
	void portWhenNobodyListensThenIsUnreachable() {
		assertThat(send(this.sender, URI.create("http://127.0.0.1:1/")).result()).isEqualTo(Result.UNREACHABLE);
	}

	/// Metadata services, this machine and private networks, by name and in all notations.
	@ParameterizedTest
	@ValueSource(strings = {"127.0.0.1", "127.0.0.2", "169.254.169.254", "10.0.0.1", "100.64.0.1", "::1",
		"::ffff:127.0.0.1", "::ffff:169.254.169.254", "fd00:ec2::254", "fe80::1"})
	void nameWhenItLeadsInsideThenNothingIsSent(String address) {
		this.names.put("inside.example.com", address);
		Sender strict = sender(List.of(), Duration.ofSeconds(8));
		assertThat(send(strict, receiver.url("/inside", "inside.example.com")).result())
				.isEqualTo(Result.ADDRESS_REFUSED);
		String literal = address.contains(":") ? '[' + address + ']' : address;
		assertThat(send(strict, receiver.url("/inside", literal)).result()).isEqualTo(Result.ADDRESS_REFUSED);
		assertThat(receiver.received("/inside")).isEmpty();
		strict.destroy();
	}

	/// The name is asked for with every connection, and what is connected to is what was checked.
	@Test
	void nameWhenItLeadsElsewhereLaterThenIsCheckedAgain() {
		this.names.put("rebound.example.com", "127.0.0.1");
		receiver.reply("/rebound", new Reply(200, "", Map.of("Connection", "close"), true));
		URI url = receiver.url("/rebound", "rebound.example.com");
		assertThat(send(this.sender, url).result()).isEqualTo(Result.DELIVERED);
		this.names.put("rebound.example.com", "127.0.0.2");
		assertThat(send(this.sender, url).result()).isEqualTo(Result.ADDRESS_REFUSED);
		assertThat(receiver.received("/rebound")).hasSize(1);
	}

	@Test
	void urlWhenItCannotBeMeantThenIsObjectedTo() {
		Sender strict = new Sender(new SendingSettings(Duration.ofSeconds(1), Duration.ofSeconds(1),
				DataSize.ofBytes(16), false, List.of()), CLOCK);
		assertThat(List.of("http://example.com/", "ftp://example.com/", "/hooks", "mailto:a@example.com",
				"https:///hooks", "https://user:password@example.com/", "https://user@example.com/",
				"https://example.com/#part", "https://example.com:99999/", "https://example.com:0/",
				"https://127.0.0.1/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/latest"))
				.allSatisfy((url) -> assertThat(strict.objection(URI.create(url))).as(url).isNotNull());
		assertThat(List.of("https://example.com", "https://example.com:8443/hooks?a=b", "HTTPS://example.com/",
				"https://1.1.1.1/hooks"))
				.allSatisfy((url) -> assertThat(strict.objection(URI.create(url))).as(url).isNull());
		assertThat(this.sender.objection(URI.create("http://127.0.0.1/"))).isNull();
		assertThat(send(strict, receiver.url("/plain")).result()).as("also where it was allowed before")
				.isEqualTo(Result.ADDRESS_REFUSED);
		strict.destroy();
	}

	private static Answer send(Sender sender, URI url) {
		return sender.send(url, "evt_1", "{\"a\":\"ä\"}", List.of(SECRET)).block(PATIENCE);
	}

	private Sender sender(List<String> allowed, Duration patience) {
		HostsFileEntriesResolver hosts = (name, types) -> address(this.names.get(name));
		return new Sender(new SendingSettings(patience, patience, DataSize.ofBytes(16), true, allowed), hosts, CLOCK);
	}

	private static InetAddress address(String text) {
		try {
			return (text != null) ? InetAddress.getByName(text) : null;
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
