package io.billwright.user.mail;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.ids.Ids;
import io.billwright.user.account.EmailAddress;
import io.billwright.user.system.Sweeper;

/// The mails that wait. A mail is written in the transaction of the change that it tells about; all else is work above
/// organizations.
@Component
public class Mails implements Sweeper {

	/// Who has taken a mail and died is overtaken after this time.
	private static final Duration LEASE = Duration.ofMinutes(2);

	private static final Duration PAUSE = Duration.ofHours(1);

	private final DatabaseClient client;

	private final MailSettings settings;

	private final Clock clock;

	Mails(DatabaseClient client, MailSettings settings, Clock clock) {
		this.client = client;
		this.settings = settings;
		this.clock = clock;
	}

	/// Writes a mail; it leaves after the commit.
	public Mono<Void> write(Letter letter) {
		Typesetting text = new Typesetting(letter, this.settings.consoleUrl());
		return this.client.sql("""
				INSERT INTO mails (id, recipient, subject, plain, html, created_at, next_attempt_at)
				VALUES (:id, :recipient, :subject, :plain, :html, :now, :now)""")
				.bind("id", Ids.next())
				.bind("recipient", letter.to().value())
				.bind("subject", letter.subject())
				.bind("plain", text.plain())
				.bind("html", text.html())
				.bind("now", this.clock.instant())
				.then();
	}

	/// Writes a mail, unless one about the same has been written to the same address within the hour: nobody's mailbox is
	/// flooded through us. Work above organizations.
	public Mono<Void> writeSparingly(Letter letter) {
		return this.client.sql("""
				SELECT EXISTS (SELECT FROM mails
				WHERE recipient = :recipient AND subject = :subject AND created_at > :since) AS recent""")
				.bind("recipient", letter.to().value())
				.bind("subject", letter.subject())
				.bind("since", this.clock.instant().minus(PAUSE))
				.mapValue(Boolean.class)
				.one()
				.flatMap((recent) -> recent ? Mono.empty() : write(letter));
	}

	/// Deletes every mail to the address.
	public Mono<Void> forget(EmailAddress recipient) {
		return this.client.sql("DELETE FROM mails WHERE recipient = :recipient").bind("recipient", recipient.value())
				.then();
	}

	/// Takes mails that are due; nobody else gets them until the lease is over.
	Flux<Waiting> take() {
		Instant now = this.clock.instant();
		return this.client.sql("""
				UPDATE mails SET attempts = attempts + 1, next_attempt_at = :leased
				WHERE id IN (SELECT id FROM mails WHERE next_attempt_at <= :now ORDER BY next_attempt_at
					LIMIT :batch FOR UPDATE SKIP LOCKED)
				RETURNING id, recipient, subject, plain, html, attempts""")
				.bind("leased", now.plus(LEASE))
				.bind("now", now)
				.bind("batch", this.settings.batch())
				.mapProperties(Waiting.class)
				.all();
	}

	/// The server has it. Its text goes: it may hold a secret.
	Mono<Void> sent(Waiting mail) {
		return this.client.sql("""
				UPDATE mails SET sent_at = :now, next_attempt_at = NULL, plain = NULL, html = NULL WHERE id = :id""")
				.bind("now", this.clock.instant())
				.bind("id", mail.id())
				.then();
	}

	/// The server did not take it: later again, or never after too many attempts.
	Mono<Void> failed(Waiting mail) {
		if (mail.attempts() >= this.settings.attempts()) {
			return this.client.sql("UPDATE mails SET next_attempt_at = NULL, plain = NULL, html = NULL WHERE id = :id")
					.bind("id", mail.id())
					.then();
		}
		return this.client.sql("UPDATE mails SET next_attempt_at = :next WHERE id = :id")
				.bind("next", this.clock.instant().plus(this.settings.retryAfter(mail.attempts())))
				.bind("id", mail.id())
				.then();
	}

	@Override
	public Mono<Void> sweep() {
		return this.client.sql("DELETE FROM mails WHERE created_at < :before AND next_attempt_at IS NULL")
				.bind("before", this.clock.instant().minus(this.settings.keep()))
				.then();
	}

	record Waiting(UUID id, String recipient, String subject, String plain, String html, int attempts) {}

}
