package io.billwright.gateway.upstream;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.Future;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;

/// The client of the services, their names, and the circuit breakers in one place, so that their state can be seen.
@Configuration(proxyBeanMethods = false)
class UpstreamConfiguration {

	@Bean
	CircuitBreakerRegistry circuitBreakers() {
		return CircuitBreakerRegistry.ofDefaults();
	}

	@Bean
	TaggedCircuitBreakerMetrics circuitBreakerMetrics(CircuitBreakerRegistry breakers) {
		return TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers);
	}

	/// A service's time runs from when it has the whole request: a client that sends slowly is not a service that does not
	/// answer. The client does not repeat a request by itself, whatever its method, because [Passage] does.
	@Bean
	HttpClientCustomizer serviceClient(UpstreamSettings settings) {
		return (client) -> client.responseTimeout(settings.responseTimeout())
				.protocol(HttpProtocol.HTTP11)
				.disableRetry(true);
	}

	@Bean(destroyMethod = "close")
	DnsNameResolver nameResolver(UpstreamSettings settings) {
		LoopResources loops = HttpResources.get();
		EventLoopGroup group = loops.onClient(LoopResources.DEFAULT_NATIVE);
		return new DnsNameResolverBuilder(group.next())
				.datagramChannelFactory(() -> loops.onChannel(DatagramChannel.class, group))
				.resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED)
				.ttl(0, Math.toIntExact(settings.resolve().toSeconds()))
				.build();
	}

	@Bean
	Names dns(DnsNameResolver resolver) {
		return (host) -> Mono.<List<InetAddress>>create(
				(sink) -> resolver.resolveAll(host).addListener((Future<List<InetAddress>> found) -> {
					if (found.isSuccess()) {
						sink.success(found.getNow());
					}
					else {
						sink.error(found.cause());
					}
				})).map(UpstreamConfiguration::oneFamily);
	}

	/// A process with an address of each family is one instance, not two.
	private static List<InetAddress> oneFamily(List<InetAddress> addresses) {
		List<InetAddress> v4 = addresses.stream().filter(Inet4Address.class::isInstance).toList();
		return v4.isEmpty() ? addresses : v4;
	}

}
