package io.billwright.user.mail;

import java.util.function.Function;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mail.MailException;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessageHelper;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.billwright.user.system.Recurring;
import io.billwright.user.system.SystemTransaction;

/// Hands waiting mails to the mail server. At least once: a mail whose acknowledgement is lost goes out again.
@Configuration(proxyBeanMethods = false)
class MailRelay {

	private static final Logger logger = LoggerFactory.getLogger(MailRelay.class);

	@Bean
	Recurring mailRelayLoop(Mails mails, MailSettings settings, SystemTransaction transaction,
			ObjectProvider<JavaMailSender> sender) {
		Mono<Void> work = Mono.justOrEmpty(sender.getIfAvailable())
				.flatMapMany((server) -> mails.take()
						.collectList()
						.as(transaction::transactional)
						.flatMapIterable(Function.identity())
						.concatMap((mail) -> isTaken(server, mail, settings)
								.flatMap((taken) -> (taken ? mails.sent(mail) : mails.failed(mail))
										.as(transaction::transactional))))
				.then();
		return new Recurring("Sending mails", settings.pause(), work);
	}

	/// Outside of any transaction: a slow mail server must not keep a database connection.
	private static Mono<Boolean> isTaken(JavaMailSender server, Mails.Waiting mail, MailSettings settings) {
		return Mono.fromCallable(() -> {
			server.send((message) -> set(message, mail, settings));
			return true;
		}).subscribeOn(Schedulers.boundedElastic()).onErrorResume(MailException.class, (refused) -> {
			logger.warn("Mail {} was not taken in attempt {}: {}", mail.id(), mail.attempts(), refused.getMessage());
			return Mono.just(false);
		});
	}

	private static void set(MimeMessage message, Mails.Waiting mail, MailSettings settings) throws MessagingException {
		MimeMessageHelper helper = new MimeMessageHelper(message, true, "UTF-8");
		helper.setFrom(settings.from());
		helper.setTo(mail.recipient());
		helper.setSubject(mail.subject());
		helper.setText(mail.plain(), mail.html());
	}

}
