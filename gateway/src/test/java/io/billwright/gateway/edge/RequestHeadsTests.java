package io.billwright.gateway.edge;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import reactor.netty.NettyPipeline;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class RequestHeadsTests {

	private final EmbeddedChannel connection = new EmbeddedChannel();

	/// As it is where everything that has to be asked for is known already.
	@Test
	void requestWhenItsBodyIsMalformedAndAnsweredAtOnceThenTheAnswerComesBeforeTheEnd() {
		this.connection.pipeline().addLast(NettyPipeline.HttpCodec, new HttpServerCodec());
		RequestHeads.watch(this.connection, refusals(), Duration.ofSeconds(5),
				new StreamLimits(8_192, 8_192, 100, Duration.ofSeconds(10)));
		this.connection.pipeline().addLast(new AnswersAtTheEnd());

		this.connection.writeInbound(Unpooled.copiedBuffer(
				"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\nab\r\n0\r\n\r\n",
				StandardCharsets.US_ASCII));
		this.connection.runPendingTasks();

		assertThat(written()).startsWith("HTTP/1.1 400 ");
		assertThat(this.connection.isOpen()).isFalse();
	}

	private String written() {
		StringBuilder all = new StringBuilder();
		for (ByteBuf part = this.connection.readOutbound(); part != null; part = this.connection.readOutbound()) {
			all.append(part.toString(StandardCharsets.US_ASCII));
			part.release();
		}
		return all.toString();
	}

	private static Refusals refusals() {
		EdgeSettings settings = new Binder(new MapConfigurationPropertySource())
				.bindOrCreate("billwright.gateway.edge", EdgeSettings.class);
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		AccessLines lines = new AccessLines(1, () -> new PrintStream(OutputStream.nullOutputStream()), meters);
		return new Refusals(new JsonMapper(), new AccessRecords(meters, lines, settings), Clock.systemUTC());
	}

	/// What was written is flushed when everything that has arrived is read.
	private static final class AnswersAtTheEnd extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			if (message instanceof LastHttpContent) {
				DefaultHttpResponse answer = new DefaultHttpResponse(HttpVersion.HTTP_1_1,
						HttpResponseStatus.BAD_REQUEST);
				answer.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/problem+json");
				context.write(answer);
				context.write(LastHttpContent.EMPTY_LAST_CONTENT);
			}
			ReferenceCountUtil.release(message);
		}

		@Override
		public void channelReadComplete(ChannelHandlerContext context) {
			context.flush();
		}

	}

}
