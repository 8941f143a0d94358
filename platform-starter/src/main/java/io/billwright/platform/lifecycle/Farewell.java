package io.billwright.platform.lifecycle;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServer;

/// Sends clients away in time: once readiness has turned to "refusing traffic", each answer over HTTP/1.1 is the last one on
/// its connection (RFC 9112 section 9.6), and connections of HTTP/2 are told to open no more streams (RFC 9113 section
/// 6.8). What they ask next they ask somebody else, so that nobody sends a request into a connection that is being closed.
final class Farewell implements WebFilter, NettyServerCustomizer, Ordered {

	private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

	private volatile boolean said;

	@Override
	public HttpServer apply(HttpServer server) {
		return server.doOnChannelInit((observer, channel, client) -> this.connections.add(channel));
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (this.said) {
			exchange.getResponse().getHeaders().setConnection("close");
		}
		return chain.filter(exchange);
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	void say() {
		this.said = true;
		this.connections.forEach(Farewell::tell);
	}

	/// For a context that was only paused.
	void revoke() {
		this.said = false;
	}

	/// With the highest id that a stream can have: those that are on their way are still served. The listener names the last
	/// one when it closes.
	@SuppressWarnings("FutureReturnValueIgnored") // a connection that is gone needs no farewell
	private static void tell(Channel connection) {
		if (connection.pipeline().get(Http2FrameCodec.class) != null) {
			connection.writeAndFlush(
					new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(Integer.MAX_VALUE));
		}
	}

}
