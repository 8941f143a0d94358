package io.billwright.gateway.passport;

import java.nio.file.Path;
import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How passports are signed.
///
/// @param privateKey PEM file of the EC P-256 private key
/// @param lifetime how long a passport is valid; services accept it that long after it was signed
/// @param renewBefore a passport with this much life or less left is replaced
/// @param kept how many signed passports are remembered
@ConfigurationProperties("billwright.gateway.passport")
public record PassportSettings(Path privateKey, @DefaultValue("5m") Duration lifetime,
		@DefaultValue("60s") Duration renewBefore, @DefaultValue("50000") int kept) {

	public PassportSettings {
		if (renewBefore.compareTo(lifetime) >= 0) {
			throw new IllegalArgumentException("billwright.gateway.passport.renew-before must be below lifetime");
		}
	}

}
