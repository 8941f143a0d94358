package io.billwright.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Properties;

import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.MimeMessage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.billwright.platform.test.servers.Ports;
import io.billwright.platform.test.servers.ServerFailure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SmtpSinkTests {

	private static final String LINK = "https://localhost:8443/verify?token=" + "a".repeat(120) + "=";

	@TempDir
	private Path directory;

	private SmtpSink sink;

	@BeforeEach
	void start() throws IOException {
		this.sink = SmtpSink.start(Ports.free(), this.directory,
				Clock.fixed(Instant.parse("2026-11-20T10:11:12.345Z"), ZoneOffset.UTC));
	}

	@AfterEach
	void stop() {
		this.sink.close();
	}

	@Test
	void mailWhenSentThenIsKeptAndReadableWithItsLinkInOnePiece() throws Exception {
		send("Bestätigung für Žofie", "Grüß Gott\n.\nfollow " + LINK);
		assertThat(this.directory.resolve("20261120-101112-345-0001.eml")).exists();
		String shown = print((out) -> new Mails(this.directory).show("1", out));
		assertThat(shown).contains("Bestätigung für Žofie", "Grüß Gott", LINK, "zofie@example.com");
		assertThat(shown.lines()).contains(".");
	}

	@Test
	void mailsWhenListedThenNewestIsLast() throws Exception {
		send("first", "x");
		send("second", "x");
		String listed = print((out) -> new Mails(this.directory).list(out));
		assertThat(listed.lines().filter((line) -> line.contains("zofie@example.com"))).hasSize(2);
		assertThat(listed.indexOf("first")).isLessThan(listed.indexOf("second"));
	}

	@Test
	void mailWhenItsNumberIsUnknownThenSaysHowManyThereAre() {
		assertThatExceptionOfType(ServerFailure.class)
				.isThrownBy(() -> new Mails(this.directory).show("7", System.out))
				.withMessageContaining("no mail number 7; there are 0");
	}

	@Test
	void sinkWhenItsPortIsTakenThenSaysSo() {
		assertThatExceptionOfType(ServerFailure.class)
				.isThrownBy(() -> SmtpSink.start(this.sink.port(), this.directory, Clock.systemUTC()))
				.withMessageContaining("Port " + this.sink.port());
	}

	private void send(String subject, String text) throws MessagingException {
		Properties properties = new Properties();
		properties.put("mail.smtp.host", "127.0.0.1");
		properties.put("mail.smtp.port", Integer.toString(this.sink.port()));
		MimeMessage mail = new MimeMessage(Session.getInstance(properties));
		mail.setFrom("billing@example.com");
		mail.setRecipients(RecipientType.TO, "zofie@example.com");
		mail.setSubject(subject, "UTF-8");
		mail.setText(text, "UTF-8");
		mail.setHeader("Content-Transfer-Encoding", "quoted-printable");
		Transport.send(mail);
	}

	private static String print(Printer printer) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		printer.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
		return bytes.toString(StandardCharsets.UTF_8);
	}

	@FunctionalInterface
	private interface Printer {

		void print(PrintStream out) throws IOException;

	}

}
