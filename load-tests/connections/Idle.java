import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// Opens connections by TLS, asks something on each and keeps it. On a line of input it asks on each again.
///
/// `Idle PORT COUNT` prints how many are open, and after the line how many have answered again.
final class Idle {

	private static final int SOCKET_TIMEOUT_MILLIS = 30_000;

	/// More shake hands at a time than the gateway lets wait.
	private static final Semaphore HANDSHAKES = new Semaphore(64);

	private static final byte[] REQUEST = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
			.getBytes(StandardCharsets.US_ASCII);

	public static void main(String[] arguments) throws Exception {
		int port = Integer.parseInt(arguments[0]);
		int count = Integer.parseInt(arguments[1]);
		SSLContext anybody = SSLContext.getInstance("TLS");
		anybody.init(null, new TrustManager[] {new Anybody()}, null);
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			List<Callable<SSLSocket>> opening = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				opening.add(() -> open(anybody, port));
			}
			List<SSLSocket> open = done(threads.invokeAll(opening));
			System.out.println(open.size());
			System.in.read();
			System.out.println(done(threads.invokeAll(open.stream().map(Idle::again).toList())).size());
		}
		System.exit(0);
	}

	private static SSLSocket open(SSLContext context, int port) throws Exception {
		HANDSHAKES.acquire();
		try {
			SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
			socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
			ask(socket);
			return socket;
		}
		finally {
			HANDSHAKES.release();
		}
	}

	private static Callable<SSLSocket> again(SSLSocket socket) {
		return () -> {
			ask(socket);
			return socket;
		};
	}

	private static void ask(SSLSocket socket) throws IOException {
		socket.getOutputStream().write(REQUEST);
		InputStream in = socket.getInputStream();
		StringBuilder answer = new StringBuilder();
		byte[] buffer = new byte[4096];
		while (!answer.toString().endsWith("}")) {
			int read = in.read(buffer);
			if (read < 0) {
				throw new IOException("closed after " + answer);
			}
			answer.append(new String(buffer, 0, read, StandardCharsets.US_ASCII));
		}
		if (!answer.toString().startsWith("HTTP/1.1 200 ")) {
			throw new IOException(answer.toString());
		}
	}

	private static List<SSLSocket> done(List<Future<SSLSocket>> futures) {
		return futures.stream().filter((future) -> future.state() == Future.State.SUCCESS).map(Future::resultNow).toList();
	}

	/// Whoever the gateway is, it is the one that was just started.
	private static final class Anybody implements X509TrustManager {

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type) {
		}

		@Override
		public X509Certificate[] getAcceptedIssuers() {
			return new X509Certificate[0];
		}

	}

}
