package io.billwright.user.webhook.sending;

import java.time.Duration;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// How webhooks are sent, and where to.
///
/// @param connectTimeout how long connecting may take, default 5 seconds
/// @param timeout how long an attempt may take in all, from looking up the name to the end of the answer, default 10
/// seconds
/// @param answer how much of an answer is read and kept, default 1 KB; a longer one ends the connection
/// @param http whether URLs may be `http:` too, default no
/// @param allowedNetworks networks in CIDR notation that may be reached although they are not public, default none
@ConfigurationProperties("billwright.users.webhooks.sending")
public record SendingSettings(@DefaultValue("5s") Duration connectTimeout, @DefaultValue("10s") Duration timeout,
		@DefaultValue("1KB") DataSize answer, @DefaultValue("false") boolean http,
		@DefaultValue List<String> allowedNetworks) {

	/// Refuses limits that are none.
	public SendingSettings {
		allowedNetworks = List.copyOf(allowedNetworks);
		if (!connectTimeout.isPositive() || (timeout.compareTo(connectTimeout) < 0) || (answer.toBytes() < 1)) {
			throw new IllegalArgumentException(
					"billwright.users.webhooks.sending: connect-timeout and answer must be positive, "
							+ "and timeout not shorter than connect-timeout");
		}
	}

}
