package io.billwright.user.webhook.sending;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class NetworksTests {

	@ParameterizedTest
	@ValueSource(strings = {"0.0.0.0", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255",
		"169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1",
		"198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1",
		"::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1",
		"2001::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1",
		"ff02::1"})
	void addressWhenNotPublicThenIsNotPermitted(String address) throws UnknownHostException {
		assertThat(new Networks(List.of()).permit(InetAddress.getByName(address))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.0.0.1",
		"128.0.0.1", "169.253.0.1", "172.15.0.1", "172.32.0.1", "192.167.0.1", "223.255.255.255", "::ffff:1.1.1.1",
		"2606:4700:4700::1111", "2a00:1450:4001:82a::200e", "2003::1"})
	void addressWhenPublicThenIsPermitted(String address) throws UnknownHostException {
		assertThat(new Networks(List.of()).permit(InetAddress.getByName(address))).isTrue();
	}

	@Test
	void addressWhenTheOperatorAllowsItsNetworkThenIsPermittedAndItsNeighbourIsNot() throws UnknownHostException {
		Networks networks = new Networks(List.of("10.1.0.0/16", "fd00:1::/32"));
		assertThat(networks.permit(InetAddress.getByName("10.1.2.3"))).isTrue();
		assertThat(networks.permit(InetAddress.getByName("10.2.0.1"))).isFalse();
		assertThat(networks.permit(InetAddress.getByName("fd00:1::5"))).isTrue();
		assertThat(networks.permit(InetAddress.getByName("fd00:2::5"))).isFalse();
	}

	@Test
	void networkWhenMalformedThenIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Networks(List.of("10.0.0.0")));
	}

}
