package io.billwright.gateway.edge;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;

/// Where a request really comes from. What a proxy says of it is believed only of proxies that the settings name.
@Component
public final class ClientAddress {

	private static final String FORWARDED_FOR = "X-Forwarded-For";

	private static final String FORWARDED_PROTO = "X-Forwarded-Proto";

	private static final int SUBNET_BYTES = 8;

	private final List<IpSubnetFilterRule> trusted;

	ClientAddress(EdgeSettings settings) {
		this.trusted = settings.trustedProxies().stream().map(ClientAddress::rule).toList();
	}

	/// The client's address: the last one in the chain that is no trusted proxy.
	public InetAddress of(ServerHttpRequest request) {
		InetAddress address = peer(request);
		if (!isTrusted(address)) {
			return address;
		}
		List<String> chain = request.getHeaders().getOrEmpty(FORWARDED_FOR).stream()
				.flatMap((value) -> Arrays.stream(value.split(",")))
				.toList()
				.reversed();
		for (String hop : chain) {
			InetAddress before = isTrusted(address) ? NetUtil.createInetAddressFromIpAddressString(hop.strip()) : null;
			if (before == null) {
				break;
			}
			address = before;
		}
		return address;
	}

	/// What limits are counted by: an IPv4 address, or the /64 network of an IPv6 address, because whoever has one of its
	/// addresses has them all.
	public String limitKey(ServerHttpRequest request) {
		InetAddress address = of(request);
		return (address instanceof Inet6Address v6)
				? HexFormat.of().formatHex(v6.getAddress(), 0, SUBNET_BYTES)
				: address.getHostAddress();
	}

	/// `https` or `http`, as the client used it.
	public String scheme(ServerHttpRequest request) {
		String forwarded = isTrusted(peer(request)) ? request.getHeaders().getFirst(FORWARDED_PROTO) : null;
		boolean secure = (forwarded != null) ? "https".equalsIgnoreCase(forwarded) : request.getSslInfo() != null;
		return secure ? "https" : "http";
	}

	private boolean isTrusted(InetAddress address) {
		if (this.trusted.isEmpty()) {
			return false;
		}
		InetSocketAddress socketAddress = new InetSocketAddress(address, 0);
		return this.trusted.stream().anyMatch((rule) -> rule.matches(socketAddress));
	}

	private static InetAddress peer(ServerHttpRequest request) {
		InetSocketAddress remote = request.getRemoteAddress();
		InetAddress address = (remote != null) ? remote.getAddress() : null;
		return (address != null) ? address : InetAddress.getLoopbackAddress();
	}

	private static IpSubnetFilterRule rule(String range) {
		try {
			int slash = range.indexOf('/');
			String address = (slash < 0) ? range : range.substring(0, slash);
			int bits = (slash < 0) ? (address.contains(":") ? 128 : 32) : Integer.parseInt(range.substring(slash + 1));
			return new IpSubnetFilterRule(address, bits, IpFilterRuleType.ACCEPT);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalStateException(
					"billwright.gateway.edge.trusted-proxies: '%s' is neither an address nor a CIDR range"
							.formatted(range),
					ex);
		}
	}

}
