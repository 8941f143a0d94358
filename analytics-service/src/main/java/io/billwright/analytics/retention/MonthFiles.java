package io.billwright.analytics.retention;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.analytics.retention.Archive.Upload;

/// Writes and reads archived months: an event a line, as JSON, compressed; and beside it a [Manifest]. Blocking work is done on
/// a scheduler for it, a chunk at a time.
final class MonthFiles {

	private static final String EVENTS = ".ndjson.gz";

	private static final String MANIFEST = ".json";

	private static final int BUFFER_BYTES = 1 << 16;

	private final Archive archive;

	private final JsonMapper json;

	private final Scheduler scheduler;

	MonthFiles(Archive archive, JsonMapper json, Scheduler scheduler) {
		this.archive = archive;
		this.json = json;
		this.scheduler = scheduler;
	}

	/// What lines amount to.
	///
	/// @param digest SHA-256 of the lines, each with its line feed, in hexadecimal digits
	record Content(long events, String digest) {}

	/// Writes chunks of lines, as they come and no faster than they are written.
	///
	/// @param chunks lines that are separated by line feeds
	/// @param progress is told how many events each chunk has
	Mono<Content> write(String name, Flux<String> chunks, LongConsumer progress) {
		return Mono.usingWhen(blocking(() -> new Writer(this.archive.begin(name + EVENTS))),
				(writer) -> chunks.publishOn(this.scheduler, 1)
						.concatMap((chunk) -> Mono.fromCallable(() -> writer.write(chunk)), 0)
						.doOnNext(progress::accept)
						.then(blocking(writer::complete)),
				(writer) -> Mono.empty(), (writer, error) -> blocking(writer::abort),
				(writer) -> blocking(writer::abort));
	}

	/// Reads all of it again.
	Mono<Content> read(String name) {
		return blocking(() -> {
			try (Reader reader = new Reader(this.archive.open(name + EVENTS))) {
				while (reader.next(1) != null) {
					// Only the digest and the number of lines are wanted.
				}
				return reader.content();
			}
		});
	}

	/// Reads chunks of lines, and fails in the end unless they were what is expected.
	///
	/// @param lines of a chunk
	Flux<String> chunks(String name, int lines, Content expected) {
		return Flux
				.using(() -> new Reader(this.archive.open(name + EVENTS)),
						(reader) -> Flux.<String>generate((sink) -> next(reader, lines, expected, sink)))
				.subscribeOn(this.scheduler);
	}

	private static void next(Reader reader, int lines, Content expected, SynchronousSink<String> sink) {
		try {
			String chunk = reader.next(lines);
			if (chunk != null) {
				sink.next(chunk);
			}
			else if (reader.content().equals(expected)) {
				sink.complete();
			}
			else {
				sink.error(new RetentionFailure("The archive is damaged: its digest is another one."));
			}
		}
		catch (IOException ex) {
			sink.error(ex);
		}
	}

	Mono<Void> writeManifest(String name, Manifest manifest) {
		return blocking(() -> {
			Upload upload = this.archive.begin(name + MANIFEST);
			try {
				upload.stream().write(this.json.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest));
				upload.complete();
			}
			catch (IOException ex) {
				upload.abort();
				throw ex;
			}
			return manifest;
		}).then();
	}

	Mono<Manifest> readManifest(String name) {
		return blocking(() -> {
			try (InputStream stream = this.archive.open(name + MANIFEST)) {
				return this.json.readValue(stream, Manifest.class);
			}
		});
	}

	/// How many bytes the events take.
	Mono<Long> size(String name) {
		return blocking(() -> this.archive.size(name + EVENTS));
	}

	private <T> Mono<T> blocking(Callable<T> work) {
		return Mono.fromCallable(work).subscribeOn(this.scheduler);
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	/// Confined to one chunk at a time.
	private static final class Writer {

		private final Upload upload;

		private final MessageDigest digest = sha256();

		private final GZIPOutputStream compressed;

		private long events;

		Writer(Upload upload) throws IOException {
			this.upload = upload;
			this.compressed = new GZIPOutputStream(new BufferedOutputStream(upload.stream(), BUFFER_BYTES),
					BUFFER_BYTES);
		}

		long write(String chunk) throws IOException {
			byte[] lines = (chunk + "\n").getBytes(StandardCharsets.UTF_8);
			this.digest.update(lines);
			this.compressed.write(lines);
			long count = chunk.chars().filter((character) -> character == '\n').count() + 1;
			this.events += count;
			return count;
		}

		Content complete() throws IOException {
			this.compressed.finish();
			this.compressed.flush();
			this.upload.complete();
			return new Content(this.events, HexFormat.of().formatHex(this.digest.digest()));
		}

		boolean abort() throws IOException {
			this.upload.abort();
			return true;
		}

	}

	private static final class Reader implements AutoCloseable {

		private final MessageDigest digest = sha256();

		private final BufferedReader lines;

		private long events;

		Reader(InputStream stream) throws IOException {
			this.lines = new BufferedReader(new InputStreamReader(
					new DigestInputStream(new GZIPInputStream(stream, BUFFER_BYTES), this.digest),
					StandardCharsets.UTF_8), BUFFER_BYTES);
		}

		/// Some lines, or null after the last one.
		@Nullable
		String next(int limit) throws IOException {
			StringBuilder chunk = new StringBuilder();
			for (int line = 0; line < limit; line++) {
				String next = this.lines.readLine();
				if (next == null) {
					break;
				}
				chunk.append((line > 0) ? "\n" : "").append(next);
				this.events++;
			}
			return chunk.isEmpty() ? null : chunk.toString();
		}

		/// Of all that there was.
		Content content() {
			return new Content(this.events, HexFormat.of().formatHex(this.digest.digest()));
		}

		@Override
		public void close() throws IOException {
			this.lines.close();
		}

	}

}
