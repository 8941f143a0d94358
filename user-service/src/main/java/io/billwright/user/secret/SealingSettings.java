package io.billwright.user.secret;

import java.nio.file.Path;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// With what secrets are sealed that have to be read again.
///
/// @param keys files with a 256-bit key in base64 each; the first seals, all of them open. None by default: then nothing
/// can be sealed
@ConfigurationProperties("billwright.users.sealing")
record SealingSettings(@DefaultValue List<Path> keys) {

	SealingSettings {
		keys = List.copyOf(keys);
	}

}
