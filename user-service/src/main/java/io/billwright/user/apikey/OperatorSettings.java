package io.billwright.user.apikey;

import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Who operates the platform.
///
/// @param keySha256 the SHA-256 of each operator's API key in lower-case hexadecimal digits, none by default; several while
/// one is replaced by another
@ConfigurationProperties("billwright.users.operator")
record OperatorSettings(@DefaultValue List<String> keySha256) {

	OperatorSettings {
		keySha256 = List.copyOf(keySha256);
		if (!keySha256.stream().allMatch((hash) -> hash.matches("[0-9a-f]{64}"))) {
			throw new IllegalArgumentException(
					"billwright.users.operator.key-sha256 must be SHA-256 hashes of API keys in "
							+ "lower-case hexadecimal digits: echo -n KEY | sha256sum");
		}
	}

	boolean knows(String sha256) {
		return this.keySha256.contains(sha256);
	}

}
