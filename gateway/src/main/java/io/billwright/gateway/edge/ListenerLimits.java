package io.billwright.gateway.edge;

import java.net.InetAddress;
import java.time.Duration;

import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.util.unit.DataSize;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;

/// What a listener puts up with.
final class ListenerLimits implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory>, Ordered {

	/// A body that is too slow is refused by whoever reads it; the listener's own limit is for bodies that nobody reads, and
	/// cuts the connection without an answer.
	private static final Duration GRACE = Duration.ofSeconds(2);

	private final EdgeSettings settings;

	private final DataSize headersMax;

	private final Refusals refusals;

	ListenerLimits(EdgeSettings settings, DataSize headersMax, Refusals refusals) {
		this.settings = settings;
		this.headersMax = headersMax;
		this.refusals = refusals;
	}

	/// Without TLS a listener is for this machine only, unless the settings name an address.
	@Override
	public void customize(NettyReactiveWebServerFactory factory) {
		if (!Ssl.isEnabled(factory.getSsl()) && factory.getAddress() == null) {
			factory.setAddress(InetAddress.getLoopbackAddress());
		}
		factory.addServerCustomizers(this::limit);
	}

	/// After the framework, whose HTTP/2 settings replace all others.
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	private HttpServer limit(HttpServer server) {
		return http2OverTlsOnly(server).requestTimeout(this.settings.requestTimeout().plus(GRACE))
				.maxConnections(this.settings.maxConnections())
				.http2Settings((http2) -> http2.maxConcurrentStreams(this.settings.maxStreams())
						.maxHeaderListSize(this.headersMax.toBytes()))
				.mapHandle(this.refusals::explain)
				.doOnChannelInit((observer, channel, client) -> RequestHeads.watch(channel, this.refusals,
						this.settings.headTimeout()));
	}

	/// Where a proxy ends TLS it speaks HTTP/1.1 to the gateway; an upgrade to HTTP/2 that it passes on unread would carry
	/// requests past it.
	private static HttpServer http2OverTlsOnly(HttpServer server) {
		return (server.configuration().sslProvider() != null) ? server : server.protocol(HttpProtocol.HTTP11);
	}

}
