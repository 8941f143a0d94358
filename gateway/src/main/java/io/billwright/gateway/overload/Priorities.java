package io.billwright.gateway.overload;

import java.util.Objects;

import org.springframework.stereotype.Component;
import org.springframework.util.Assert;

import io.billwright.gateway.routing.Prefixes;

/// The priority of each path.
@Component
public final class Priorities {

	private final Prefixes<Priority> prefixes = new Prefixes<>();

	Priorities(OverloadSettings settings) {
		settings.first().forEach((prefix) -> add(prefix, Priority.LOW));
		settings.last().forEach((prefix) -> add(prefix, Priority.HIGH));
	}

	/// @param path raw
	public Priority of(String path) {
		return Objects.requireNonNullElse(this.prefixes.find(path), Priority.NORMAL);
	}

	private void add(String prefix, Priority priority) {
		Assert.isTrue(this.prefixes.add(prefix, priority) == null,
				() -> "billwright.gateway.overload: %s is named twice".formatted(prefix));
	}

}
