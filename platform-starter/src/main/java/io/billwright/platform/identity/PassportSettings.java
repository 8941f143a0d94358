package io.billwright.platform.identity;

import java.nio.file.Path;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How passports are verified.
///
/// @param publicKeys PEM files with the gateway's public keys (EC P-256); several while a key is rotated
/// @param cacheSize how many verified passports are remembered until they expire, default 10,000 entries
@ConfigurationProperties("billwright.passport")
public record PassportSettings(@DefaultValue List<Path> publicKeys, @DefaultValue("10000") int cacheSize) {

	public PassportSettings {
		if (cacheSize < 1) {
			throw new IllegalArgumentException("billwright.passport.cache-size must be at least 1");
		}
	}

}
