package io.billwright.user.mail;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.billwright.user.account.EmailAddress;

import static org.assertj.core.api.Assertions.assertThat;

class LetterTests {

	private static final EmailAddress TO = new EmailAddress("olga@example.com");

	@Test
	void letterWhenItBringsASecretThenShowsItAsALinkAndAsACode() {
		Typesetting text = new Typesetting(Letter.bringing(TO, "Hello", "/verify-email", "s3cret", "Dear <Olga>,"),
				URI.create("https://console.example.com"));
		assertThat(text.plain()).contains("Dear <Olga>,", "https://console.example.com/verify-email?token=s3cret",
				"code: s3cret");
		assertThat(text.html()).contains("Dear &lt;Olga&gt;,",
				"href=\"https://console.example.com/verify-email?token=s3cret\"");
	}

	@Test
	void letterWhenItOnlyTellsThenHasNoLink() {
		Typesetting text = new Typesetting(Letter.telling(TO, "Hello", "Something happened."),
				URI.create("https://console.example.com"));
		assertThat(text.plain()).doesNotContain("http");
		assertThat(text.html()).doesNotContain("href");
	}

	@Test
	void retriesWhenTheServerStaysDownThenPauseLongerEachTimeForMoreThanADay() {
		MailSettings settings = new MailSettings("a@example.com", URI.create("https://x"), Duration.ofSeconds(1), 20,
				16,
				Duration.ofDays(30));
		List<Duration> pauses = IntStream.range(1, 16).mapToObj(settings::retryAfter).toList();
		assertThat(pauses).startsWith(Duration.ofSeconds(10), Duration.ofSeconds(20)).isSorted()
				.endsWith(Duration.ofHours(6));
		assertThat(pauses.stream().reduce(Duration.ZERO, Duration::plus)).isGreaterThan(Duration.ofHours(24));
	}

}
