package io.billwright.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;

import io.billwright.platform.test.servers.ServerFailure;

/// The mails the platform has sent, readable at the terminal.
record Mails(Path directory) {

	private static final int LISTED = 20;

	/// Prints the newest mails, the newest last, each with the number that shows it.
	void list(PrintStream out) throws IOException {
		List<Path> files = files();
		if (files.isEmpty()) {
			out.println("No mail has been sent yet. They are kept in " + this.directory + ".");
			return;
		}
		for (int number = Math.max(1, files.size() - LISTED + 1); number <= files.size(); number++) {
			MimeMessage mail = read(files.get(number - 1));
			try {
				out.printf("%4d  %-32s  %s%n", number, InternetAddress.toString(mail.getRecipients(RecipientType.TO)),
						mail.getSubject());
			}
			catch (MessagingException exception) {
				out.printf("%4d  %s%n", number, files.get(number - 1).getFileName());
			}
		}
	}

	/// Prints one mail as text.
	///
	/// @throws ServerFailure when there is none with this number
	void show(String number, PrintStream out) throws IOException {
		List<Path> files = files();
		if (!number.matches("\\d{1,9}") || Integer.parseInt(number) < 1 || Integer.parseInt(number) > files.size()) {
			throw new ServerFailure("There is no mail number %s; there are %d.".formatted(number, files.size()));
		}
		Path file = files.get(Integer.parseInt(number) - 1);
		try {
			MimeMessage mail = read(file);
			out.printf("From:    %s%nTo:      %s%nSubject: %s%nFile:    %s%n%n%s%n",
					InternetAddress.toString(mail.getFrom()),
					InternetAddress.toString(mail.getRecipients(RecipientType.TO)), mail.getSubject(), file,
					text(mail));
		}
		catch (MessagingException unreadable) {
			out.println(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1));
		}
	}

	/// The first part that is plain text, or the first text there is.
	private static String text(Part part) throws MessagingException, IOException {
		Object content = part.getContent();
		if (content instanceof Multipart parts) {
			String found = "";
			for (int i = 0; i < parts.getCount(); i++) {
				String text = text(parts.getBodyPart(i));
				if (!text.isEmpty() && parts.getBodyPart(i).isMimeType("text/plain")) {
					return text;
				}
				found = found.isEmpty() ? text : found;
			}
			return found;
		}
		return (content instanceof String text) ? text : "";
	}

	private List<Path> files() throws IOException {
		if (!Files.isDirectory(this.directory)) {
			return List.of();
		}
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.filter((file) -> file.toString().endsWith(".eml"))
					.sorted(Comparator.comparing(Path::getFileName))
					.toList();
		}
	}

	private static MimeMessage read(Path file) throws IOException {
		try (InputStream in = Files.newInputStream(file)) {
			return new MimeMessage(Session.getInstance(new Properties()), in);
		}
		catch (MessagingException exception) {
			throw new IOException(file + " is not a mail", exception);
		}
	}

}
