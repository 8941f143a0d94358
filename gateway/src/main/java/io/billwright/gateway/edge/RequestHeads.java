package io.billwright.gateway.edge;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/// Watches one HTTP/1.1 connection around its codec, where no request exists yet. A head that does not arrive in time is
/// refused with 408, what the codec cannot read gets its refusal explained, and a client that is still sending reads its
/// answer before the connection is gone.
///
/// Pipelined requests (RFC 9112 section 9.3.2) go on one by one, each when the one before has its answer. What Reactor Netty
/// 1.3.8 queues by itself it can lose: where the second request says `Connection: close`, it closes with the first answer.
/// Nothing more is read while requests wait, so that they are never more than came with one read.
///
/// A connection on which nobody asks anything is closed without a word. HTTP/2 has limits of its own for all of this.
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of a write on a connection that closes is of no interest
final class RequestHeads extends ChannelDuplexHandler {

	/// RFC 9112 section 9.6: closing at once would reset the connection under a client that is still sending, and the reset
	/// can overtake the answer.
	private static final Duration LINGER = Duration.ofSeconds(2);

	private static final AttributeKey<Boolean> CUT_OFF = AttributeKey.valueOf(RequestHeads.class, "cutOff");

	private final Refusals refusals;

	private final Duration patience;

	private final StreamLimits streams;

	/// Set once the first bytes have shown that HTTP/1.1 is spoken.
	private @Nullable ChannelHandlerContext codec;

	private @Nullable Future<?> clock;

	/// Whether the codec made anything of the bytes that arrived last.
	private boolean decoded;

	/// Whether a request has begun whose end has not been read.
	private boolean incomplete;

	/// Whether a request was passed on that has no answer yet, or not all of it.
	private boolean unanswered;

	/// Requests that wait for the answer to the one before, with what has arrived of their bodies.
	private final Queue<Object> waiting = new ArrayDeque<>();

	private boolean informational;

	/// Whether anything that still arrives is of no interest.
	private boolean deaf;

	private boolean closing;

	private RequestHeads(Refusals refusals, Duration patience, StreamLimits streams) {
		this.refusals = refusals;
		this.patience = patience;
		this.streams = streams;
	}

	/// Joins a new connection.
	///
	/// @param patience how long a head may take
	/// @param streams for a connection that turns out to speak HTTP/2, which [RequestStreams] then watches
	static void watch(Channel channel, Refusals refusals, Duration patience, StreamLimits streams) {
		RequestHeads heads = new RequestHeads(refusals, patience, streams);
		ChannelPipeline pipeline = channel.pipeline();
		if (pipeline.get(NettyPipeline.H2OrHttp11Codec) != null) {
			pipeline.addAfter(NettyPipeline.H2OrHttp11Codec, null, heads.new Bytes());
		}
		else if (pipeline.get(NettyPipeline.HttpCodec) instanceof HttpServerCodec) {
			pipeline.addBefore(NettyPipeline.HttpCodec, null, heads.new Bytes());
		}
	}

	/// Whether a body on this connection ended where the codec could not read on, and not where it should.
	static boolean isCutOff(Channel channel) {
		return Boolean.TRUE.equals(channel.attr(CUT_OFF).get());
	}

	@Override
	public void handlerAdded(ChannelHandlerContext context) {
		this.codec = context;
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		this.decoded = true;
		if (this.deaf) {
			ReferenceCountUtil.release(message);
			return;
		}
		if (message instanceof HttpObject part) {
			arrived(part);
		}
		if (!this.waiting.isEmpty() || (message instanceof HttpRequest && this.unanswered)) {
			this.waiting.add(message);
		}
		else {
			pass(context, message);
		}
	}

	@Override
	public void read(ChannelHandlerContext context) {
		if (this.waiting.isEmpty()) {
			context.read();
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		this.waiting.forEach(ReferenceCountUtil::release);
		this.waiting.clear();
		context.fireChannelInactive();
	}

	@Override
	public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
		if (message instanceof FullHttpResponse bare && Refusals.isBare(bare.status().code(), bare.headers())) {
			bare.release();
			refuse(context, Refusal.of(bare.status().code()), promise.unvoid());
			return;
		}
		if (message instanceof HttpResponse response) {
			this.informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
		}
		if (message instanceof LastHttpContent && !this.informational) {
			this.unanswered = false;
			context.write(message, answered(context, promise));
			return;
		}
		context.write(message, promise);
	}

	@Override
	public void close(ChannelHandlerContext context, ChannelPromise promise) {
		if (this.closing) {
			context.channel().closeFuture().addListener((closed) -> promise.trySuccess());
			return;
		}
		if (!this.incomplete || !(context.channel() instanceof DuplexChannel connection) || !connection.isActive()) {
			context.close(promise);
			return;
		}
		this.closing = true;
		this.deaf = true;
		SslHandler tls = context.pipeline().get(SslHandler.class);
		if (tls != null) {
			tls.closeOutbound();
		}
		else {
			connection.shutdownOutput();
		}
		connection.config().setAutoRead(true);
		context.executor().schedule(() -> context.close(promise), LINGER.toMillis(), TimeUnit.MILLISECONDS);
	}

	/// What cannot be read, or could be read in two ways, is the last that is read.
	private void arrived(HttpObject message) {
		if (message instanceof HttpRequest request) {
			stopClock();
			this.incomplete = true;
			if (request.decoderResult().isSuccess() && AmbiguousHeads.contain(request)) {
				request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("ambiguous head")));
			}
		}
		this.deaf = message.decoderResult().isFailure();
		if (message instanceof LastHttpContent && !this.deaf) {
			this.incomplete = false;
		}
	}

	private void pass(ChannelHandlerContext context, Object message) {
		if (message instanceof HttpRequest) {
			this.unanswered = true;
		}
		else if (message instanceof HttpContent content && content.decoderResult().isFailure()) {
			content.release();
			abort(context);
			return;
		}
		context.fireChannelRead(message);
	}

	/// Ends a body that cannot be read on. Whoever reads it learns that this is not its end, and may answer at once: then the
	/// connection closes with that answer, which may not have been flushed yet.
	private void abort(ChannelHandlerContext context) {
		boolean answered = !this.unanswered;
		context.channel().attr(CUT_OFF).set(true);
		context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
		if (answered) {
			context.channel().close();
		}
	}

	/// Where nothing more is read, the connection closes with the last answer.
	private ChannelPromise answered(ChannelHandlerContext context, ChannelPromise promise) {
		if (this.deaf && this.waiting.isEmpty()) {
			return promise.unvoid().addListener(ChannelFutureListener.CLOSE);
		}
		context.executor().execute(() -> goOn(context));
		return promise;
	}

	/// Reactor Netty can forget to read on after an answer (reactor-netty #4361), and the next request waits for ever. To ask
	/// twice does no harm.
	private void goOn(ChannelHandlerContext context) {
		if (this.waiting.isEmpty()) {
			context.read();
			return;
		}
		while (!this.waiting.isEmpty() && !(this.unanswered && this.waiting.element() instanceof HttpRequest)) {
			pass(context, this.waiting.remove());
		}
		context.fireChannelReadComplete();
	}

	/// Where the answer has been given already and only the body turns out to be malformed, nobody expects another one.
	private void refuse(ChannelHandlerContext context, Refusal refusal, ChannelPromise promise) {
		if (this.unanswered) {
			answer(context, refusal, Duration.ZERO, promise);
		}
		else {
			promise.setSuccess();
			context.channel().close();
		}
	}

	private void answer(ChannelHandlerContext context, Refusal refusal, Duration waited, ChannelPromise promise) {
		stopClock();
		this.incomplete = true;
		this.deaf = true;
		boolean secure = context.pipeline().get(SslHandler.class) != null;
		DefaultFullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
				HttpResponseStatus.valueOf(refusal.status()));
		byte[] body = this.refusals.tell(refusal, answer.headers(), context.channel().remoteAddress(), secure, waited);
		context.writeAndFlush(answer.replace(Unpooled.wrappedBuffer(body)), promise)
				.addListener(ChannelFutureListener.CLOSE);
	}

	private void startClock(ChannelHandlerContext context) {
		if (this.clock == null) {
			this.clock = context.executor()
					.schedule(() -> giveUp(context), this.patience.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private void stopClock() {
		if (this.clock != null) {
			this.clock.cancel(false);
			this.clock = null;
		}
	}

	private void giveUp(ChannelHandlerContext context) {
		this.clock = null;
		if (this.unanswered) {
			startClock(context);
		}
		else if (this.codec == null) {
			context.close();
		}
		else {
			answer(this.codec, Refusal.SLOW, this.patience, this.codec.newPromise());
		}
	}

	/// Stands before the codec, and sees bytes of which it makes nothing yet. The first of them show which codec it is.
	private final class Bytes extends ChannelInboundHandlerAdapter {

		@Override
		public void handlerAdded(ChannelHandlerContext context) {
			startClock(context);
		}

		@Override
		public void channelRead(ChannelHandlerContext context, Object bytes) {
			if (RequestHeads.this.codec == null && !join(context)) {
				context.fireChannelRead(bytes);
				return;
			}
			RequestHeads.this.decoded = false;
			context.fireChannelRead(bytes);
			if (!RequestHeads.this.decoded && !RequestHeads.this.incomplete) {
				startClock(context);
			}
		}

		@Override
		public void channelInactive(ChannelHandlerContext context) {
			stopClock();
			context.fireChannelInactive();
		}

		private boolean join(ChannelHandlerContext context) {
			ChannelPipeline pipeline = context.pipeline();
			if (pipeline.get(NettyPipeline.HttpCodec) instanceof HttpServerCodec) {
				pipeline.addAfter(NettyPipeline.HttpCodec, null, RequestHeads.this);
				return true;
			}
			stopClock();
			RequestStreams.watch(pipeline, RequestHeads.this.refusals, RequestHeads.this.streams);
			pipeline.remove(this);
			return false;
		}

	}

}
