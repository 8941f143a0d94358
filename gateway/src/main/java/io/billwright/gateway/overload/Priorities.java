package io.billwright.gateway.overload;

import java.util.Objects;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.stereotype.Component;
import org.springframework.util.Assert;

import io.billwright.gateway.reload.Reloadable;
import io.billwright.gateway.routing.Prefixes;

/// The priority of each path.
@Component
public final class Priorities implements Reloadable {

	private volatile Prefixes<Priority> prefixes;

	Priorities(OverloadSettings settings) {
		this.prefixes = prefixes(settings);
	}

	/// @param path raw
	public Priority of(String path) {
		return Objects.requireNonNullElse(this.prefixes.find(path), Priority.NORMAL);
	}

	@Override
	public Runnable prepare(Binder configuration) {
		Prefixes<Priority> next = prefixes(OverloadSettings.of(configuration));
		return () -> this.prefixes = next;
	}

	private static Prefixes<Priority> prefixes(OverloadSettings settings) {
		Prefixes<Priority> prefixes = new Prefixes<>();
		settings.first().forEach((prefix) -> add(prefixes, prefix, Priority.LOW));
		settings.last().forEach((prefix) -> add(prefixes, prefix, Priority.HIGH));
		return prefixes;
	}

	private static void add(Prefixes<Priority> prefixes, String prefix, Priority priority) {
		Assert.isTrue(prefixes.add(prefix, priority) == null,
				() -> "billwright.gateway.overload: %s is named twice".formatted(prefix));
	}

}
