package io.billwright.gateway.edge;

import java.net.InetAddress;
import java.time.Duration;

import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.util.unit.DataSize;
import reactor.netty.http.Http2SettingsSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.compression.GzipOption;

/// What a listener puts up with.
final class ListenerLimits implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory>, Ordered {

	/// A body that is too slow is refused by whoever reads it; the listener's own limit is for bodies that nobody reads, and
	/// cuts the connection without an answer.
	private static final Duration GRACE = Duration.ofSeconds(2);

	/// Less than the usual 6: a few percent more bytes for half of the time on an event loop.
	private static final GzipOption GZIP = GzipOption.builder().compressionLevel(4).build();

	private final EdgeSettings settings;

	private final StreamLimits streams;

	private final Refusals refusals;

	ListenerLimits(EdgeSettings settings, DataSize headersMax, DataSize lineMax, Refusals refusals) {
		this.settings = settings;
		this.streams = new StreamLimits(headersMax.toBytes(), (int) lineMax.toBytes(), settings.http2().idleFrames(),
				settings.http2().window());
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
				.http2Settings(this::limit)
				.compressOptions(GZIP)
				.mapHandle(this.refusals::explain)
				.doOnChannelInit((observer, channel, client) -> RequestHeads.watch(channel, this.refusals,
						this.settings.headTimeout(), this.streams));
	}

	/// RFC 9113 section 6.5.2: a lower limit than the one that is told may be enforced. Between the two a request can be
	/// read, and its refusal explained; the codec has no words for what is beyond.
	private void limit(Http2SettingsSpec.Builder http2) {
		int resets = this.settings.http2().resets();
		int seconds = Math.toIntExact(this.settings.http2().window().toSeconds());
		http2.maxConcurrentStreams(this.settings.maxStreams())
				.maxHeaderListSize(2 * this.streams.headers())
				.maxDecodedRstFramesPerWindow(resets, seconds)
				.maxEncodedRstFramesPerWindow(resets, seconds);
	}

	/// Where a proxy ends TLS it speaks HTTP/1.1 to the gateway; an upgrade to HTTP/2 that it passes on unread would carry
	/// requests past it.
	private static HttpServer http2OverTlsOnly(HttpServer server) {
		return (server.configuration().sslProvider() != null) ? server : server.protocol(HttpProtocol.HTTP11);
	}

}
