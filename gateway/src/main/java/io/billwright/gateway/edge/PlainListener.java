package io.billwright.gateway.edge;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerFactoryCustomizer;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.stereotype.Component;

/// The second listener: the same API without TLS, reachable from this machine only.
@Component
@ConditionalOnBooleanProperty(name = "billwright.gateway.edge.plain.enabled", matchIfMissing = true)
class PlainListener implements SmartLifecycle {

	private final NettyReactiveWebServerFactory servers;

	private final HttpHandler handler;

	private volatile @Nullable WebServer server;

	PlainListener(EdgeSettings settings, HttpHandler handler, ServerProperties properties,
			NettyReactiveWebServerFactoryCustomizer common, ListenerLimits limits) {
		this.handler = handler;
		this.servers = new NettyReactiveWebServerFactory(settings.plain().port());
		this.servers.setShutdown(properties.getShutdown());
		common.customize(this.servers);
		limits.customize(this.servers);
	}

	/// The port that it listens on, or -1 while it does not.
	int port() {
		WebServer current = this.server;
		return (current != null) ? current.getPort() : -1;
	}

	@Override
	public void start() {
		WebServer started = this.servers.getWebServer(this.handler);
		started.start();
		this.server = started;
	}

	@Override
	public void stop() {
		stop(() -> {
		});
	}

	@Override
	public void stop(Runnable callback) {
		WebServer current = this.server;
		this.server = null;
		if (current == null) {
			callback.run();
			return;
		}
		current.shutDownGracefully((result) -> {
			current.stop();
			callback.run();
		});
	}

	@Override
	public boolean isRunning() {
		return this.server != null;
	}

	@Override
	public int getPhase() {
		return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
	}

}
