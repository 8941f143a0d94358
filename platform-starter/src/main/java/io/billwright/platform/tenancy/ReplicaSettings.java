package io.billwright.platform.tenancy;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/// A read replica of the service's database. User, password, driver properties and the size of the pool are those of
/// `spring.r2dbc`.
///
/// @param url as the driver reads it, for example `r2dbc:postgresql://replica:5432/invoices`; without it there is none
/// @param acquireTimeout how long a connection may take before the primary is asked (default 500 ms)
/// @param openFor how long the replica is left alone once half of its last ten connections have failed (default 5 s)
@ConfigurationProperties("billwright.replica")
record ReplicaSettings(String url, @DefaultValue("500ms") Duration acquireTimeout,
		@DefaultValue("5s") Duration openFor) {

	ReplicaSettings {
		Assert.isTrue(acquireTimeout.isPositive(), "billwright.replica.acquire-timeout must be positive");
		Assert.isTrue(openFor.isPositive(), "billwright.replica.open-for must be positive");
	}

}
