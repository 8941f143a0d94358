package io.billwright.user.session;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How tokens are signed and how long they live.
///
/// @param privateKey PEM file (PKCS #8) with the EC P-256 key that signs access tokens
/// @param retiredPublicKeys PEM files of keys that signed before; published until their last token has expired
/// @param access life of an access token, default 15 minutes
/// @param refreshIdle life of a refresh token that is not used, default 30 days
/// @param refreshAbsolute after which time a new login is due whatever happens, default 90 days
@ConfigurationProperties("billwright.tokens")
record TokenSettings(Path privateKey, @DefaultValue List<Path> retiredPublicKeys, @DefaultValue("15m") Duration access,
		@DefaultValue("30d") Duration refreshIdle, @DefaultValue("90d") Duration refreshAbsolute) {

	@SuppressWarnings("ConstantValue")
	TokenSettings {
		if (privateKey == null) {
			throw new IllegalArgumentException(
					"billwright.tokens.private-key must name a PEM file (PKCS #8) with an EC "
							+ "P-256 private key: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256");
		}
	}

}
