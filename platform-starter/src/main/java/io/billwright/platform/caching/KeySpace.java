package io.billwright.platform.caching;

import java.util.List;
import java.util.UUID;
import java.util.function.Function;

import io.billwright.platform.tenancy.Tenant;

/// How one cache writes its keys: `cache:{<organization>}:<service>:<cache>:<mode>:<key>`. The braces keep an
/// organization's keys in one slot of a Redis cluster.
///
/// @param text the part of the key that is the feature's own
record KeySpace<K>(String service, String name, Function<? super K, String> text) {

	String of(Tenant tenant, K key) {
		return of(tenant.organization(), tenant.mode(), key);
	}

	/// What is changed in one mode may belong to both, as an organization's settings do.
	List<String> ofBothModes(Tenant tenant, K key) {
		return List.of(of(tenant.organization(), "live", key), of(tenant.organization(), "test", key));
	}

	/// Where the hot keys are noted.
	String hotKeys() {
		return "cache-hot:" + this.service + ':' + this.name;
	}

	private String of(UUID organization, String mode, K key) {
		return "cache:{" + organization + "}:" + this.service + ':' + this.name + ':' + mode + ':'
				+ this.text.apply(key);
	}

}
