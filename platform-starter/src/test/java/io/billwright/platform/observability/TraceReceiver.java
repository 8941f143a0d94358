package io.billwright.platform.observability;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/// Receives spans by OTLP over HTTP, as a collector does, and reads of them what the tests ask for.
final class TraceReceiver {

	private final List<Span> spans = new CopyOnWriteArrayList<>();

	private final List<String> bodies = new CopyOnWriteArrayList<>();

	private final DisposableServer server = HttpServer.create()
			.host("127.0.0.1")
			.port(0)
			.route((routes) -> routes.post("/v1/traces", (request, response) -> request.receive()
					.aggregate()
					.asByteArray()
					.doOnNext(this::keep)
					.then(response.status(200).send())))
			.bindNow();

	/// Where to send them.
	String endpoint() {
		return "http://127.0.0.1:" + this.server.port() + "/v1/traces";
	}

	/// The spans of one trace, in the order of their arrival.
	List<Span> trace(String id) {
		return this.spans.stream().filter((span) -> span.trace().equals(id)).toList();
	}

	/// Whether a text stands anywhere in what was received.
	boolean knows(String text) {
		return this.bodies.stream().anyMatch((body) -> body.contains(text));
	}

	private void keep(byte[] body) {
		this.bodies.add(new String(body, StandardCharsets.ISO_8859_1));
		this.spans.addAll(read(body));
	}

	void stop() {
		this.server.disposeNow();
	}

	/// The numbers are those of the fields in `opentelemetry/proto/trace/v1/trace.proto`.
	private static List<Span> read(byte[] request) {
		return fields(request, 1)
				.flatMap((resourceSpans) -> fields(resourceSpans, 2))
				.flatMap((scopeSpans) -> fields(scopeSpans, 2))
				.map((span) -> new Span(hex(span, 1), hex(span, 2), hex(span, 4),
						fields(span, 5).map((name) -> new String(name, StandardCharsets.UTF_8))
								.collect(Collectors.joining())))
				.toList();
	}

	private static String hex(byte[] message, int number) {
		return fields(message, number).map(HexFormat.of()::formatHex).collect(Collectors.joining());
	}

	/// The values of one length-delimited field of a Protocol Buffers message.
	private static Stream<byte[]> fields(byte[] message, int number) {
		Stream.Builder<byte[]> found = Stream.builder();
		ByteBuffer buffer = ByteBuffer.wrap(message);
		while (buffer.hasRemaining()) {
			long tag = varint(buffer);
			byte[] value = value(buffer, (int) (tag & 7));
			if (tag >>> 3 == number) {
				found.add(value);
			}
		}
		return found.build();
	}

	private static byte[] value(ByteBuffer buffer, int wireType) {
		int length = switch (wireType) {
			case 0 -> {
				varint(buffer);
				yield 0;
			}
			case 1 -> Long.BYTES;
			case 2 -> Math.toIntExact(varint(buffer));
			case 5 -> Integer.BYTES;
			default -> throw new IllegalArgumentException("Not a wire type: " + wireType);
		};
		byte[] value = new byte[length];
		buffer.get(value);
		return value;
	}

	private static long varint(ByteBuffer buffer) {
		long value = 0;
		for (int shift = 0;; shift += 7) {
			byte next = buffer.get();
			value |= (long) (next & 0x7f) << shift;
			if (next >= 0) {
				return value;
			}
		}
	}

	/// Ids are hexadecimal; a span without a parent has an empty one.
	record Span(String trace, String id, String parent, String name) {}

}
