package io.billwright.user.mail;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import reactor.core.publisher.Mono;

import io.billwright.user.AccountsSpec;
import io.billwright.user.TestClock;
import io.billwright.user.account.EmailAddress;
import io.billwright.user.system.Recurring;

import static org.assertj.core.api.Assertions.assertThat;

class MailRelayTests extends AccountsSpec {

	private static final MailSettings SETTINGS = new MailSettings("Billwright <no-reply@example.com>",
			URI.create("https://console.example.com"), Duration.ofMillis(50), 200, 16, Duration.ofDays(30));

	@Test
	void mailWhenTheServerRefusesItAtFirstThenArrivesLaterAndItsTextIsForgotten() throws IOException {
		TestClock clock = new TestClock();
		Mails mails = new Mails(this.database, SETTINGS, clock);
		String address = "mail-" + UUID.randomUUID() + "@example.com";
		mails.write(Letter.bringing(new EmailAddress(address), "Confirm", "/verify-email", "s3cret-token", "Welcome."))
				.as(this.system::transactional)
				.block(PATIENCE);
		try (SmtpServer server = new SmtpServer(Integer.MAX_VALUE)) {
			run(mails, server, attempts(address, 1));
			assertThat(server.mails()).isEmpty();
		}
		clock.advance(SETTINGS.retryAfter(1).plusSeconds(1));
		try (SmtpServer server = new SmtpServer(0)) {
			run(mails, server, sent(address));
			assertThat(server.mails()).filteredOn((mail) -> mail.contains("To: " + address))
					.singleElement()
					.satisfies((mail) -> assertThat(mail).contains("Subject: Confirm", "text/plain", "text/html",
							"s3cret-token"));
		}
		assertThat(holds("SELECT plain IS NULL AND html IS NULL FROM mails WHERE recipient = :address", address))
				.isTrue();
	}

	private void run(Mails mails, SmtpServer server, Mono<Boolean> until) {
		JavaMailSenderImpl sender = new JavaMailSenderImpl();
		sender.setHost("127.0.0.1");
		sender.setPort(server.port());
		StaticListableBeanFactory beans = new StaticListableBeanFactory();
		beans.addBean("sender", sender);
		Recurring relay = new MailRelay().mailRelayLoop(mails, SETTINGS, this.system,
				beans.getBeanProvider(JavaMailSender.class));
		relay.start();
		try {
			until.filter(Boolean::booleanValue)
					.repeatWhenEmpty((attempts) -> attempts.delayElements(Duration.ofMillis(50)))
					.block(Duration.ofSeconds(30));
		}
		finally {
			relay.stop();
		}
	}

	private Mono<Boolean> attempts(String address, int count) {
		return ask("SELECT attempts >= " + count
				+ " AND next_attempt_at < created_at + interval '1 minute' FROM mails WHERE recipient = :address",
				address);
	}

	private Mono<Boolean> sent(String address) {
		return ask("SELECT sent_at IS NOT NULL FROM mails WHERE recipient = :address", address);
	}

	private boolean holds(String sql, String address) {
		return Boolean.TRUE.equals(ask(sql, address).block(PATIENCE));
	}

	private Mono<Boolean> ask(String sql, String address) {
		return this.database.sql(sql)
				.bind("address", address)
				.mapValue(Boolean.class)
				.one()
				.as(this.system::transactional);
	}

}
