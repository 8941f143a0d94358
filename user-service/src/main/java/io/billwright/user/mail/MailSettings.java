package io.billwright.user.mail;

import java.net.URI;
import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How mails are written and sent. The server is Boot's `spring.mail.*`; without one, mails wait.
///
/// @param from the sender
/// @param consoleUrl where the links in mails lead
/// @param pause between two looks for waiting mails, default 1 second
/// @param batch how many are sent after one look, default 20
/// @param attempts after how many a mail is given up, default 16: with the pauses that double from 10 seconds to 6
/// hours at most, that is more than a day
/// @param keep how long the record of a mail is kept, default 30 days
@ConfigurationProperties("billwright.users.mail")
record MailSettings(@DefaultValue("Billwright <no-reply@billwright.localhost>") String from,
		@DefaultValue("https://localhost:8443") URI consoleUrl, @DefaultValue("1s") Duration pause,
		@DefaultValue("20") int batch, @DefaultValue("16") int attempts, @DefaultValue("30d") Duration keep) {

	private static final Duration FIRST_RETRY = Duration.ofSeconds(10);

	private static final Duration LAST_RETRY = Duration.ofHours(6);

	MailSettings {
		if (pause.isNegative() || pause.isZero() || (batch < 1) || (attempts < 1)) {
			throw new IllegalArgumentException("billwright.users.mail: pause, batch and attempts must be positive");
		}
	}

	/// How long to wait after so many failures.
	Duration retryAfter(int failures) {
		Duration doubled = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, 20));
		return (doubled.compareTo(LAST_RETRY) < 0) ? doubled : LAST_RETRY;
	}

}
