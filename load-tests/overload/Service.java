import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/// A service that can do so much and no more: some workers, each busy for a while with each request (half of the time always,
/// the rest at random), and an unbounded queue before them, as a database with its connections is. It waits instead of
/// computing, so that what it can do does not depend on who else is on the machine.
///
/// Arguments: port, workers, milliseconds.
class Service {

	private static final byte[] ANSWER = "{\"ok\":true}".getBytes(StandardCharsets.UTF_8);

	static void main(String[] arguments) throws IOException {
		int port = Integer.parseInt(arguments[0]);
		int workers = Integer.parseInt(arguments[1]);
		double millis = Double.parseDouble(arguments[2]);
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
		server.setExecutor(Executors.newFixedThreadPool(workers));
		server.createContext("/", (exchange) -> work(exchange, millis));
		server.start();
	}

	private static void work(HttpExchange exchange, double millis) throws IOException {
		try (exchange) {
			double random = -Math.log(1 - ThreadLocalRandom.current().nextDouble());
			Thread.sleep((long) (millis / 2 + random * millis / 2));
			exchange.getResponseHeaders().add("Content-Type", "application/json");
			exchange.sendResponseHeaders(200, ANSWER.length);
			try (OutputStream body = exchange.getResponseBody()) {
				body.write(ANSWER);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
