package io.billwright.platform.clients;

import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The named clients, as `billwright.clients.<name>.*`.
@ConfigurationProperties("billwright")
record ClientsSettings(@DefaultValue Map<String, ClientSettings> clients) {

	/// @throws IllegalArgumentException where no such client is configured
	ClientSettings require(String name) {
		ClientSettings settings = this.clients.get(name);
		if (settings == null) {
			throw new IllegalArgumentException(
					"No client is named '%1$s': set billwright.clients.%1$s.base-url".formatted(name));
		}
		return settings;
	}

}
