package io.billwright.gateway.support;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLSocket;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2HeadersDecoder;
import org.jspecify.annotations.Nullable;

/// An HTTP/2 connection whose frames are written by hand, for what no client would send (RFC 9113, RFC 7541).
public final class RawHttp2 implements AutoCloseable {

	public static final int DATA = 0;

	public static final int HEADERS = 1;

	public static final int PRIORITY = 2;

	public static final int RST_STREAM = 3;

	public static final int SETTINGS = 4;

	public static final int PING = 6;

	public static final int GOAWAY = 7;

	public static final int WINDOW_UPDATE = 8;

	public static final int CONTINUATION = 9;

	/// Of HEADERS and DATA.
	public static final int END_STREAM = 1;

	/// Of SETTINGS and PING.
	public static final int ACK = 1;

	/// Of HEADERS and CONTINUATION.
	public static final int END_HEADERS = 4;

	private static final int FRAME_SIZE = 16 * 1024;

	private static final int TIMEOUT_MILLIS = 10_000;

	private final SSLSocket socket;

	private final DataInputStream in;

	private final DataOutputStream out;

	private final Http2HeadersDecoder hpack = new DefaultHttp2HeadersDecoder(true);

	/// @param settings each is an id and a value
	public RawHttp2(int port, int... settings) throws IOException {
		this.socket = TestTls.connect(port, "h2");
		this.socket.setSoTimeout(TIMEOUT_MILLIS);
		this.in = new DataInputStream(this.socket.getInputStream());
		this.out = new DataOutputStream(this.socket.getOutputStream());
		this.out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
		ByteArrayOutputStream payload = new ByteArrayOutputStream();
		for (int i = 0; i < settings.length; i += 2) {
			payload.write(settings[i] >> 8);
			payload.write(settings[i]);
			payload.writeBytes(number(settings[i + 1]));
		}
		send(SETTINGS, 0, 0, payload.toByteArray());
	}

	/// A frame as it is on the wire.
	public record Frame(int type, int flags, int stream, byte[] payload) {

		public boolean is(int flag) {
			return (this.flags & flag) != 0;
		}

		/// Of RST_STREAM, and of GOAWAY, which has the last stream before it.
		public Http2Error error() {
			int at = (this.type == GOAWAY) ? 7 : 3;
			return Http2Error.valueOf(this.payload[at]);
		}

	}

	/// What became of a stream.
	///
	/// @param status 0 if there was no answer
	/// @param reset how the stream was reset, if it was
	/// @param goneAway how the connection was ended, if it was
	/// @param closed whether the connection was closed
	public record Answer(int status, Map<String, String> headers, String body, @Nullable Http2Error reset,
			@Nullable Http2Error goneAway, boolean closed) {}

	public synchronized void send(int type, int flags, int stream, byte... payload) throws IOException {
		write(type, flags, stream, payload);
		this.out.flush();
	}

	/// Without a flush, for floods.
	public synchronized void write(int type, int flags, int stream, byte... payload) throws IOException {
		this.out.writeInt(payload.length << 8 | type);
		this.out.writeByte(flags);
		this.out.writeInt(stream);
		this.out.write(payload);
	}

	public synchronized void flush() throws IOException {
		this.out.flush();
	}

	/// A request's head, in as many frames as it takes.
	public void request(int stream, boolean end, String... namesAndValues) throws IOException {
		byte[] block = block(namesAndValues);
		int length = Math.min(block.length, FRAME_SIZE);
		write(HEADERS, (length == block.length ? END_HEADERS : 0) | (end ? END_STREAM : 0), stream,
				Arrays.copyOf(block, length));
		for (int at = length; at < block.length; at += length) {
			length = Math.min(block.length - at, FRAME_SIZE);
			write(CONTINUATION, (at + length == block.length) ? END_HEADERS : 0, stream,
					Arrays.copyOfRange(block, at, at + length));
		}
		flush();
	}

	/// A header block of literals that are neither indexed nor compressed.
	public static byte[] block(String... namesAndValues) {
		ByteArrayOutputStream block = new ByteArrayOutputStream();
		for (int i = 0; i < namesAndValues.length; i++) {
			if (i % 2 == 0) {
				block.write(0);
			}
			literal(block, namesAndValues[i].getBytes(StandardCharsets.ISO_8859_1));
		}
		return block.toByteArray();
	}

	/// Four bytes.
	public static byte[] number(int value) {
		return new byte[]{(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
	}

	/// The next frame, or `null` at the end of the connection. Silence is no end.
	public @Nullable Frame read() {
		try {
			int head = this.in.readInt();
			int flags = this.in.readUnsignedByte();
			int stream = this.in.readInt();
			Frame frame = new Frame(head & 0xff, flags, stream, this.in.readNBytes(head >>> 8));
			if (frame.type() == SETTINGS && !frame.is(ACK)) {
				send(SETTINGS, ACK, 0);
			}
			return frame;
		}
		catch (SocketTimeoutException silent) {
			throw new UncheckedIOException(silent);
		}
		catch (IOException ended) {
			return null;
		}
	}

	/// Reads until the stream or the connection has ended.
	public Answer answer(int stream) throws Http2Exception {
		int status = 0;
		Map<String, String> headers = new LinkedHashMap<>();
		StringBuilder body = new StringBuilder();
		for (Frame frame = read(); frame != null; frame = read()) {
			if (frame.type() == GOAWAY && frame.error() != Http2Error.NO_ERROR) {
				return new Answer(status, headers, body.toString(), null, frame.error(), read() == null);
			}
			if (frame.stream() != stream) {
				continue;
			}
			if (frame.type() == HEADERS) {
				this.hpack.decodeHeaders(stream, Unpooled.wrappedBuffer(frame.payload()))
						.forEach((header) -> headers.put(header.getKey().toString(), header.getValue().toString()));
				status = Integer.parseInt(headers.getOrDefault(":status", "0"));
			}
			else if (frame.type() == DATA) {
				body.append(new String(frame.payload(), StandardCharsets.UTF_8));
			}
			else if (frame.type() == RST_STREAM) {
				return new Answer(status, headers, body.toString(), frame.error(), null, false);
			}
			if ((frame.type() == HEADERS || frame.type() == DATA) && frame.is(END_STREAM)) {
				return new Answer(status, headers, body.toString(), null, null, false);
			}
		}
		return new Answer(status, headers, body.toString(), null, null, true);
	}

	/// How the connection was ended, once it is; `null` where nothing was said.
	public @Nullable Http2Error goodbye() {
		Http2Error error = null;
		for (Frame frame = read(); frame != null; frame = read()) {
			if (frame.type() == GOAWAY) {
				error = frame.error();
			}
		}
		return error;
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

	/// RFC 7541 section 5.2, with section 5.1 for its length.
	private static void literal(ByteArrayOutputStream block, byte[] text) {
		if (text.length < 127) {
			block.write(text.length);
		}
		else {
			block.write(127);
			int rest = text.length - 127;
			for (; rest >= 128; rest >>= 7) {
				block.write(rest & 127 | 128);
			}
			block.write(rest);
		}
		block.writeBytes(text);
	}

}
