package io.billwright.user.privacy;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Limits of exports.
///
/// @param pause between two looks for ordered exports, default 2 seconds
/// @param attempts after how many an export has failed, default 3
/// @param size the largest file, default 256 MB
/// @param keep how long a file is kept, default 7 days
@ConfigurationProperties("billwright.users.exports")
record ExportSettings(@DefaultValue("2s") Duration pause, @DefaultValue("3") int attempts,
		@DefaultValue("256MB") DataSize size, @DefaultValue("7d") Duration keep) {

	ExportSettings {
		if (pause.isNegative() || pause.isZero() || (attempts < 1) || keep.isNegative() || keep.isZero()) {
			throw new IllegalArgumentException(
					"billwright.users.exports: pause, attempts and keep must be positive");
		}
	}

}
