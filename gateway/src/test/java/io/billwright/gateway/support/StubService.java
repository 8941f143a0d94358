package io.billwright.gateway.support;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/// A service behind the gateway: records what reaches it and answers as told, else with 200 and a small JSON document.
public final class StubService {

	private final Map<String, Answer> answers = new ConcurrentHashMap<>();

	private final List<Received> received = new CopyOnWriteArrayList<>();

	private final String host;

	private volatile DisposableServer server;

	private volatile boolean draining;

	public StubService() {
		this("127.0.0.1", 0);
	}

	/// @param port 0 takes any free one
	public StubService(String host, int port) {
		this.host = host;
		this.server = bind(port);
	}

	private DisposableServer bind(int port) {
		return HttpServer.create()
				.channelGroup(new DefaultChannelGroup(GlobalEventExecutor.INSTANCE))
				.host(this.host)
				.port(port)
				.handle(this::handle)
				.bindNow();
	}

	/// What reached the service.
	public record Received(String method, String uri, Map<String, String> headers, String body) {

		public String header(String name) {
			return this.headers.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), "");
		}

	}

	/// An answer.
	@FunctionalInterface
	public interface Answer {

		Publisher<Void> write(Received request, HttpServerResponse response);

		static Answer json(int status, String body) {
			return (request, response) -> response.status(status)
					.header("Content-Type", "application/json")
					.sendString(Mono.just(body));
		}

		static Answer never() {
			return (request, response) -> Mono.never();
		}

	}

	public String url() {
		return "http://" + this.host + ":" + this.server.port();
	}

	public int port() {
		return this.server.port();
	}

	/// Ends and closes its connections.
	public void stop() {
		this.server.disposeNow();
	}

	/// Ends as the services of the platform do: sends its clients away first, and finishes what it has accepted.
	public void drain(Duration delay) throws InterruptedException {
		this.draining = true;
		Thread.sleep(delay);
		this.server.disposeNow(Duration.ofSeconds(10));
		this.draining = false;
	}

	/// Comes back after [#stop] where it was.
	public void start() {
		this.server = bind(this.server.port());
	}

	/// Forgets what reached it.
	public void forget() {
		this.received.clear();
	}

	/// Answers requests for this path, whatever the query.
	public void on(String path, Answer answer) {
		this.answers.put(path, answer);
	}

	/// The requests for a path, oldest first.
	public List<Received> received(String path) {
		return this.received.stream().filter((request) -> path(request.uri()).equals(path)).toList();
	}

	/// The newest request for a path.
	public Received last(String path) {
		return received(path).getLast();
	}

	private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
		Map<String, String> headers = new LinkedHashMap<>();
		request.requestHeaders()
				.forEach((entry) -> headers.merge(entry.getKey().toLowerCase(java.util.Locale.ROOT), entry.getValue(),
						(first, second) -> first + ", " + second));
		return request.receive().aggregate().asString().defaultIfEmpty("").flatMap((body) -> {
			Received got = new Received(request.method().name(), request.uri(), headers, body);
			this.received.add(got);
			if (this.draining) {
				response.header("Connection", "close");
			}
			Answer answer = this.answers.getOrDefault(path(request.uri()), Answer.json(200, "{\"ok\":true}"));
			return Mono.from(answer.write(got, response));
		});
	}

	private static String path(String uri) {
		int query = uri.indexOf('?');
		return (query < 0) ? uri : uri.substring(0, query);
	}

}
