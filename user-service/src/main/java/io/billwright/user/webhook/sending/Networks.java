package io.billwright.user.webhook.sending;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;

/// Which addresses a tenant may have us call: public ones, and those of networks that the operator allows.
///
/// What is not public stands in the registries of special-purpose addresses of the IANA (RFC 6890): loopback, private and
/// link-local networks with the metadata services of clouds, shared and benchmark addresses, multicast. Of IPv6 only global
/// unicast addresses are public, but for those that are for documentation, or carry an IPv4 address to which they may lead
/// (6to4, Teredo).
final class Networks {

	private static final List<IpSubnetFilterRule> SPECIAL = rules(Stream.of("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10",
			"127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
			"192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "2001::/23",
			"2001:db8::/32", "2002::/16", "3fff::/20"));

	private static final List<IpSubnetFilterRule> GLOBAL_UNICAST = rules(Stream.of("2000::/3"));

	private final List<IpSubnetFilterRule> allowed;

	/// @param allowed in CIDR notation
	Networks(List<String> allowed) {
		this.allowed = rules(allowed.stream());
	}

	/// Whether it may be called.
	boolean permit(InetAddress address) {
		return matches(this.allowed, address) || isPublic(address);
	}

	private static boolean isPublic(InetAddress address) {
		return !matches(SPECIAL, address)
				&& (!(address instanceof Inet6Address) || matches(GLOBAL_UNICAST, address));
	}

	private static boolean matches(List<IpSubnetFilterRule> rules, InetAddress address) {
		InetSocketAddress socket = new InetSocketAddress(address, 0);
		return rules.stream().anyMatch((rule) -> rule.matches(socket));
	}

	private static List<IpSubnetFilterRule> rules(Stream<String> networks) {
		return networks.map((network) -> new IpSubnetFilterRule(network, IpFilterRuleType.ACCEPT)).toList();
	}

}
