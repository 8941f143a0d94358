package io.billwright.analytics.retention;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/// Keeps objects in a bucket of S3, or of what speaks like it. An object is there when its upload, in one or many parts, has
/// been completed.
final class S3Archive implements Archive, AutoCloseable {

	private static final String SCHEME = "s3";

	/// As large as one upload keeps in memory. S3 takes 10,000 parts: 156 GB.
	private static final int PART_BYTES = 16 << 20;

	private final S3Client client;

	private final String bucket;

	private final String prefix;

	private S3Archive(S3Client client, String bucket, String prefix) {
		this.client = client;
		this.bucket = bucket;
		this.prefix = prefix;
	}

	/// Whether the text names a bucket.
	static boolean isNamed(String archive) {
		return archive.startsWith(SCHEME + "://");
	}

	/// Credentials are those of the environment.
	///
	/// @param archive `s3://bucket/prefix`
	static S3Archive of(String archive, RetentionSettings.S3 settings) {
		URI uri = URI.create(archive);
		String path = uri.getPath().replaceFirst("^/", "");
		S3ClientBuilder builder = S3Client.builder()
				.httpClientBuilder(UrlConnectionHttpClient.builder()
						.connectionTimeout(settings.timeout())
						.socketTimeout(settings.timeout()))
				.region(Region.of(settings.region()))
				// Objects are read again and compared; not every store knows the checksums of AWS.
				.requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
				.responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
		if (settings.endpoint() != null) {
			builder.endpointOverride(settings.endpoint()).forcePathStyle(true);
		}
		return new S3Archive(builder.build(), uri.getHost(),
				(path.isEmpty() || path.endsWith("/")) ? path : path + "/");
	}

	@Override
	public Upload begin(String name) {
		return new ObjectUpload(this.prefix + name);
	}

	@Override
	public InputStream open(String name) throws IOException {
		return asked(() -> this.client.getObject((get) -> get.bucket(this.bucket).key(this.prefix + name)));
	}

	@Override
	public long size(String name) throws IOException {
		return asked(() -> this.client.headObject((head) -> head.bucket(this.bucket).key(this.prefix + name)))
				.contentLength();
	}

	@Override
	public void close() {
		this.client.close();
	}

	private static <T> T asked(Supplier<T> call) throws IOException {
		try {
			return call.get();
		}
		catch (SdkException ex) {
			IOException told = new IOException("S3: " + ex.getMessage());
			told.addSuppressed(ex);
			throw told;
		}
	}

	/// Sends a part whenever there is enough for one.
	private final class ObjectUpload extends OutputStream implements Upload {

		private final String key;

		private final List<CompletedPart> parts = new ArrayList<>();

		private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();

		private @Nullable String id;

		ObjectUpload(String key) {
			this.key = key;
		}

		@Override
		public OutputStream stream() {
			return this;
		}

		@Override
		public void write(int oneByte) throws IOException {
			write(new byte[]{(byte) oneByte}, 0, 1);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			this.waiting.write(bytes, offset, length);
			if (this.waiting.size() >= PART_BYTES) {
				sendPart();
			}
		}

		private void sendPart() throws IOException {
			String upload = id();
			int number = this.parts.size() + 1;
			String tag = asked(() -> S3Archive.this.client.uploadPart(
					(part) -> part.bucket(S3Archive.this.bucket).key(this.key).uploadId(upload).partNumber(number),
					RequestBody.fromBytes(this.waiting.toByteArray()))).eTag();
			this.parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
			this.waiting.reset();
		}

		private String id() throws IOException {
			String known = this.id;
			if (known == null) {
				known = asked(() -> S3Archive.this.client.createMultipartUpload(
						(create) -> create.bucket(S3Archive.this.bucket).key(this.key))).uploadId();
				this.id = known;
			}
			return known;
		}

		@Override
		public void complete() throws IOException {
			if (this.id == null) {
				asked(() -> S3Archive.this.client.putObject(
						(put) -> put.bucket(S3Archive.this.bucket).key(this.key),
						RequestBody.fromBytes(this.waiting.toByteArray())));
				return;
			}
			if (this.waiting.size() > 0) {
				sendPart();
			}
			String upload = id();
			asked(() -> S3Archive.this.client.completeMultipartUpload((complete) -> complete
					.bucket(S3Archive.this.bucket)
					.key(this.key)
					.uploadId(upload)
					.multipartUpload((all) -> all.parts(this.parts))));
		}

		@Override
		public void abort() throws IOException {
			String upload = this.id;
			if (upload != null) {
				asked(() -> S3Archive.this.client.abortMultipartUpload(
						(abort) -> abort.bucket(S3Archive.this.bucket).key(this.key).uploadId(upload)));
			}
		}

	}

}
