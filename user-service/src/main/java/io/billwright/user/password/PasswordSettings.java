package io.billwright.user.password;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// How passwords are hashed and which are refused.
///
/// @param memory what one hash fills, at least 19 MiB (the lower bound that OWASP states for Argon2id)
/// @param iterations passes over the memory, at least 2
/// @param threads hashes computed at the same time; each keeps one core busy for about 50 ms
/// @param waiting hashes that may wait for a thread; one more is answered 503
/// @param minimumEntropy bits below which a password counts as common; 30 bits are about a thousand million guesses
@ConfigurationProperties("billwright.users.passwords")
record PasswordSettings(@DefaultValue("19MB") DataSize memory, @DefaultValue("2") int iterations,
		@DefaultValue("2") int threads, @DefaultValue("64") int waiting, @DefaultValue("30") double minimumEntropy) {

	static final int LENGTH_MIN = 12;

	static final int LENGTH_MAX = 128;

	PasswordSettings {
		if (memory.toMegabytes() < 19 || iterations < 2) {
			throw new IllegalArgumentException("billwright.users.passwords: memory must be at least 19MB and "
					+ "iterations at least 2, but they are %s and %d".formatted(memory, iterations));
		}
		if (threads < 1 || waiting < 0) {
			throw new IllegalArgumentException("billwright.users.passwords: threads must be at least 1 and "
					+ "waiting at least 0, but they are %d and %d".formatted(threads, waiting));
		}
	}

}
