package io.billwright.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import reactor.netty.ReactorNetty;

/// Starts the gateway.
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
class GatewayApplication {

	static void main(String[] arguments) {
		oneEventLoopForEachProcessor();
		noRenegotiation();
		SpringApplication.run(GatewayApplication.class, arguments);
	}

	/// The library makes four at the least, which on a smaller machine stand in each other's way.
	private static void oneEventLoopForEachProcessor() {
		System.getProperties().putIfAbsent(ReactorNetty.IO_WORKER_COUNT,
				Integer.toString(Runtime.getRuntime().availableProcessors()));
	}

	/// A client of TLS 1.2 that shakes hands over and over on one connection would keep a processor busy (CVE-2011-1473).
	private static void noRenegotiation() {
		System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
	}

}
