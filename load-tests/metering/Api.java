import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The public API over plain HTTP, as far as the load needs it.
final class Api implements AutoCloseable {

	final HttpClient client = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.connectTimeout(Duration.ofSeconds(10))
			.executor(Executors.newFixedThreadPool(2, Thread.ofPlatform().daemon().factory()))
			.build();

	private final String base;

	Api(String base) {
		this.base = base;
	}

	/// @param credential `Bearer ...` or an API key
	HttpRequest.Builder request(String path, String credential) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.base + path)).timeout(Duration.ofSeconds(30));
		if (credential.startsWith("Bearer ")) {
			request.header("Authorization", credential);
		}
		else if (!credential.isEmpty()) {
			request.header("X-API-Key", credential);
		}
		return request.header("Content-Type", "application/json");
	}

	String post(String path, String credential, String body) throws IOException, InterruptedException {
		return call(request(path, credential).POST(HttpRequest.BodyPublishers.ofString(body)).build());
	}

	String get(String path, String credential) throws IOException, InterruptedException {
		return call(request(path, credential).build());
	}

	private String call(HttpRequest request) throws IOException, InterruptedException {
		HttpResponse<String> answer = this.client.send(request, HttpResponse.BodyHandlers.ofString());
		if (answer.statusCode() >= 300) {
			throw new IOException("%s %s: %d %s".formatted(request.method(), request.uri(), answer.statusCode(), answer.body()));
		}
		return answer.body();
	}

	/// The first value of a field, as it stands there; of a string without its quotes.
	static String field(String json, String name) {
		Matcher matcher = Pattern.compile("\"" + name + "\"\\s*:\\s*(?:\"([^\"]*)\"|([^,}\\]\\s]+))").matcher(json);
		if (!matcher.find()) {
			throw new IllegalArgumentException("no " + name + " in " + json);
		}
		return (matcher.group(1) != null) ? matcher.group(1) : matcher.group(2);
	}

	@Override
	public void close() {
		this.client.shutdownNow();
	}

}
