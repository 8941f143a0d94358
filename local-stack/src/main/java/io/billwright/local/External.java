package io.billwright.local;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;

import io.billwright.platform.test.servers.Databases;
import io.billwright.platform.test.servers.ServerFailure;

/// Servers that somebody else runs, named by URL.
final class External {

	private static final int TIMEOUT_MILLIS = 5000;

	private External() {
	}

	/// @param url `postgresql://admin:password@host:port`
	static Databases databases(String url) {
		URI uri = parse(url, Setting.POSTGRES_URL);
		String[] login = Optional.ofNullable(uri.getUserInfo()).orElse("").split(":", 2);
		if (login.length < 2 || uri.getHost() == null) {
			throw new ServerFailure("%s must look like postgresql://admin:password@host:port."
					.formatted(Setting.POSTGRES_URL.variable()));
		}
		int port = (uri.getPort() < 0) ? 5432 : uri.getPort();
		requireReachable("PostgreSQL", uri.getHost(), port);
		return new Databases("jdbc:postgresql://%s:%d/".formatted(uri.getHost(), port), login[0], login[1]);
	}

	/// @param url `redis://host:port`
	static String redis(String url) {
		URI uri = parse(url, Setting.REDIS_URL);
		requireReachable("Redis", uri.getHost(), (uri.getPort() < 0) ? 6379 : uri.getPort());
		return url;
	}

	/// @param bootstrapServers `host:port[,host:port]`
	static String kafka(String bootstrapServers) {
		URI first = parse("kafka://" + bootstrapServers.split(",", 2)[0], Setting.KAFKA_BOOTSTRAP_SERVERS);
		requireReachable("Kafka", first.getHost(), first.getPort());
		return bootstrapServers;
	}

	private static URI parse(String url, Setting setting) {
		try {
			URI uri = URI.create(url);
			if (uri.getHost() != null) {
				return uri;
			}
		}
		catch (IllegalArgumentException notAnAddress) {
			// Told below, without the password that the value may carry.
		}
		throw new ServerFailure("%s is not an address with a host and a port.".formatted(setting.variable()));
	}

	private static void requireReachable(String server, String host, int port) {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
		}
		catch (IOException | IllegalArgumentException exception) {
			throw new ServerFailure("The external %s at %s:%d cannot be reached (%s): start it or correct its address."
					.formatted(server, host, port, exception.getMessage()), exception);
		}
	}

}
