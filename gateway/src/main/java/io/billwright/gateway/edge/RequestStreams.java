package io.billwright.gateway.edge;

import java.time.Duration;
import java.util.Map;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/// Watches one HTTP/2 connection behind its codec. What the codec lets pass, although another party could read it
/// differently, is refused before a request comes of it; what the codec itself refuses on a stream gets its refusal
/// explained; and a client that sends frame after frame and asks nothing is sent away.
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of a write on a stream that is given up is of no interest
final class RequestStreams extends ChannelDuplexHandler {

	/// RFC 9113 section 6.5.2: what each header counts beside its name and value.
	private static final int HEADER_OVERHEAD = 32;

	/// Reading what is sent takes a WINDOW_UPDATE of the stream and at times one more.
	private static final int FRAMES_PER_DATA = 2;

	private final Http2FrameCodec codec;

	private final Http2Connection.PropertyKey begun;

	private final Refusals refusals;

	private final StreamLimits limits;

	private long windowEnd = System.nanoTime();

	private int idle;

	private RequestStreams(Http2FrameCodec codec, Refusals refusals, StreamLimits limits) {
		this.codec = codec;
		this.begun = codec.connection().newKey();
		this.refusals = refusals;
		this.limits = limits;
	}

	/// Joins a connection if it turns out to speak HTTP/2.
	static void watch(ChannelPipeline pipeline, Refusals refusals, StreamLimits limits) {
		if (pipeline.get(NettyPipeline.HttpCodec) instanceof Http2FrameCodec codec) {
			pipeline.addAfter(NettyPipeline.HttpCodec, null, new RequestStreams(codec, refusals, limits));
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		switch (message) {
			case Http2HeadersFrame head -> begin(context, head);
			case Http2DataFrame data -> context.fireChannelRead(data);
			default -> count(context, message);
		}
	}

	@Override
	public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
		if (message instanceof Http2DataFrame) {
			this.idle -= FRAMES_PER_DATA;
		}
		context.write(message, promise);
	}

	/// The codec refuses what has come on a stream, or ends the connection. Whoever handles the request sees a client that
	/// broke off. It is not told as an error: it would answer that by giving the stream up itself, which the limit of resets
	/// does not count, and write what clients do into the log as an error of the server.
	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
		switch (cause) {
			case Http2Exception end -> this.refusals.sentAway(end.error());
			case Http2FrameStreamException malformed -> {
				explain(context, malformed.stream());
				context.writeAndFlush(new DefaultHttp2ResetFrame(malformed.error()).stream(malformed.stream()));
			}
			default -> context.fireExceptionCaught(cause);
		}
	}

	private void begin(ChannelHandlerContext context, Http2HeadersFrame head) {
		Refusal refusal = isFirst(head.stream()) ? refusal(head.headers()) : null;
		if (refusal == null) {
			context.fireChannelRead(head);
			return;
		}
		HttpResponse answer = answer(refusal);
		byte[] body = this.refusals.tell(refusal, answer.headers(), context.channel().remoteAddress(), true,
				Duration.ZERO);
		send(context, head.stream(), answer,
				AsciiString.contentEquals(HttpMethod.HEAD.asciiName(), head.headers().method()) ? null : body);
		if (!head.isEndStream()) {
			context.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR).stream(head.stream()));
		}
	}

	private @Nullable Refusal refusal(Http2Headers headers) {
		CharSequence path = headers.path();
		if (size(headers) > this.limits.headers()) {
			return Refusal.HEADERS_TOO_LARGE;
		}
		if (path != null && path.length() > this.limits.path()) {
			return Refusal.URI_TOO_LONG;
		}
		return AmbiguousHeads.contain(headers) ? Refusal.MALFORMED : null;
	}

	private static long size(Http2Headers headers) {
		long size = 0;
		for (Map.Entry<CharSequence, CharSequence> header : headers) {
			size += header.getKey().length() + header.getValue().length() + HEADER_OVERHEAD;
		}
		return size;
	}

	/// The other kind of head is a trailer.
	private boolean isFirst(Http2FrameStream stream) {
		Http2Stream known = this.codec.connection().stream(stream.id());
		return known != null && known.setProperty(this.begun, true) == null;
	}

	/// RFC 9113 section 8.1.1: an answer may come before the stream is reset. Whoever handles the request records it.
	private void explain(ChannelHandlerContext context, Http2FrameStream stream) {
		Http2Stream known = this.codec.connection().stream(stream.id());
		if (known != null && !known.isHeadersSent()) {
			HttpResponse answer = answer(Refusal.MALFORMED);
			send(context, stream, answer, this.refusals.explain(Refusal.MALFORMED, answer.headers(), true));
		}
	}

	private static HttpResponse answer(Refusal refusal) {
		return new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(refusal.status()));
	}

	private static void send(ChannelHandlerContext context, Http2FrameStream stream, HttpResponse answer,
			byte @Nullable [] body) {
		Http2Headers headers = HttpConversionUtil.toHttp2Headers(answer, false);
		context.write(new DefaultHttp2HeadersFrame(headers, body == null).stream(stream));
		if (body != null) {
			context.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true).stream(stream));
		}
		context.flush();
	}

	/// Frames that belong to no request cost as much to read as those that do.
	private void count(ChannelHandlerContext context, Object frame) {
		long now = System.nanoTime();
		if (now - this.windowEnd >= 0) {
			this.windowEnd = now + this.limits.window().toNanos();
			this.idle = 0;
		}
		this.idle = Math.max(this.idle, 0) + 1;
		if (this.idle <= this.limits.idleFrames()) {
			context.fireChannelRead(frame);
			return;
		}
		ReferenceCountUtil.release(frame);
		if (this.idle == this.limits.idleFrames() + 1) {
			this.refusals.sentAway(Http2Error.ENHANCE_YOUR_CALM);
			context.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.ENHANCE_YOUR_CALM))
					.addListener(ChannelFutureListener.CLOSE);
		}
	}

}
