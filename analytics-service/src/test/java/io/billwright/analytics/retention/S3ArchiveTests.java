package io.billwright.analytics.retention;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.analytics.retention.Archive.Upload;
import io.billwright.analytics.retention.MonthFiles.Content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/// Against a server that speaks like S3, in a process of its own.
class S3ArchiveTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final Pattern STARTED = Pattern.compile("Tomcat started on ports? .*?(\\d+) \\(http\\)");

	private static final String BUCKET = "usage";

	private static Process server;

	private static URI endpoint;

	@BeforeAll
	static void startServer() throws Exception {
		System.setProperty("aws.accessKeyId", "test");
		System.setProperty("aws.secretAccessKey", "test");
		Path jar = Path.of(Class.forName("org.springframework.boot.loader.launch.JarLauncher")
				.getProtectionDomain()
				.getCodeSource()
				.getLocation()
				.toURI());
		server = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
				"-jar", jar.toString(), "--server.port=0", "--com.adobe.testing.s3mock.httpPort=0")
				.redirectErrorStream(true)
				.start();
		BufferedReader output = server.inputReader(StandardCharsets.UTF_8);
		String line = output.readLine();
		while (endpoint == null) {
			Matcher started = STARTED.matcher(Objects.requireNonNull(line, "the server has ended"));
			if (started.find()) {
				endpoint = URI.create("http://127.0.0.1:" + started.group(1));
			}
			line = output.readLine();
		}
		Thread.ofVirtual().start(() -> output.lines().forEach((rest) -> {
		}));
		try (S3Client client = client()) {
			client.createBucket((bucket) -> bucket.bucket(BUCKET));
		}
	}

	@AfterAll
	static void stopServer() {
		System.clearProperty("aws.accessKeyId");
		System.clearProperty("aws.secretAccessKey");
		server.destroyForcibly();
	}

	private static S3Client client() {
		return S3Client.builder()
				.httpClientBuilder(UrlConnectionHttpClient.builder())
				.region(Region.US_EAST_1)
				.endpointOverride(endpoint)
				.forcePathStyle(true)
				.build();
	}

	private static Archive archive(String prefix) {
		return new RetentionConfiguration().usageArchive(new RetentionSettings(13, "s3://" + BUCKET + prefix,
				new RetentionSettings.S3(endpoint, "us-east-1", Duration.ofSeconds(20)), LIMIT, LIMIT, 1, LIMIT,
				LIMIT));
	}

	private static byte[] random(int bytes) {
		byte[] random = new byte[bytes];
		new Random(bytes).nextBytes(random);
		return random;
	}

	@Test
	void objectWhenWrittenInOnePartOrManyThenIsReadAsItWas() throws IOException {
		Archive archive = archive("/some/prefix");
		for (int bytes : new int[]{0, 1, 100_000, 20 << 20}) {
			byte[] written = random(bytes);
			String name = "shard-0/object-" + bytes;
			Upload upload = archive.begin(name);
			for (int from = 0; from < bytes; from += 65_521) {
				upload.stream().write(written, from, Math.min(65_521, bytes - from));
			}
			assertThatExceptionOfType(IOException.class).as("not seen before it is whole")
					.isThrownBy(() -> archive.size(name));
			upload.complete();
			assertThat(archive.size(name)).isEqualTo(bytes);
			assertThat(archive.open(name)).hasBinaryContent(written);
		}
		try (S3Client client = client()) {
			assertThat(client.listObjectsV2((list) -> list.bucket(BUCKET).prefix("some/prefix/shard-0/")).contents())
					.extracting(S3Object::key)
					.contains("some/prefix/shard-0/object-100000");
		}
	}

	@Test
	void objectWhenAbortedThenNothingIsLeft() throws IOException {
		Archive archive = archive("");
		Upload upload = archive.begin("aborted");
		upload.stream().write(random(20 << 20));
		try (S3Client client = client()) {
			assertThat(client.listMultipartUploads((list) -> list.bucket(BUCKET)).uploads()).hasSize(1);
			upload.abort();
			assertThat(client.listMultipartUploads((list) -> list.bucket(BUCKET)).uploads()).isEmpty();
		}
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> archive.open("aborted"))
				.withMessageStartingWith("S3: ");
	}

	@Test
	void monthWhenWrittenThenItsLinesComeBack() {
		Scheduler scheduler = Schedulers.newBoundedElastic(1, 10, "test");
		MonthFiles files = new MonthFiles(archive("/months"), JsonMapper.shared(), scheduler);
		Random random = new Random(7);
		Flux<String> chunks = Flux.range(0, 2_000)
				.map((chunk) -> "{\"a\":%d}\n{\"b\":\"%s\"}".formatted(chunk, Long.toHexString(random.nextLong())
						.repeat(300)));
		Content content = Objects.requireNonNull(files.write("month", chunks, (events) -> {
		}).block(LIMIT));
		assertThat(content.events()).isEqualTo(4_000);
		assertThat(files.read("month").block(LIMIT)).isEqualTo(content);
		assertThat(files.chunks("month", 7, content).reduce(0L, (lines, chunk) -> lines + chunk.lines().count())
				.block(LIMIT)).isEqualTo(4_000);
		assertThatExceptionOfType(RetentionFailure.class)
				.isThrownBy(() -> files.chunks("month", 7, new Content(4_000, "other")).blockLast(LIMIT));
		scheduler.dispose();
	}

}
