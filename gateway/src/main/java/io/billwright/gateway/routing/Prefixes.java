package io.billwright.gateway.routing;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/// Values by path prefix of whole segments. A look-up costs one hash per path segment, however many there are.
///
/// @param <V> the values
public final class Prefixes<V> {

	private final Map<String, V> values = new HashMap<>();

	/// Gives a prefix a value, unless it has one.
	///
	/// @return the value that it has already
	/// @throws IllegalArgumentException where it does not begin with a slash, or ends with one
	public @Nullable V add(String prefix, V value) {
		Assert.isTrue(prefix.startsWith("/") && !prefix.endsWith("/"),
				() -> "'%s' does not begin with a slash, or ends with one".formatted(prefix));
		return this.values.putIfAbsent(prefix, value);
	}

	/// The value of the longest prefix, or `null` where none fits.
	///
	/// @param path raw
	public @Nullable V find(String path) {
		String prefix = path;
		while (!prefix.isEmpty()) {
			V value = this.values.get(prefix);
			if (value != null) {
				return value;
			}
			prefix = prefix.substring(0, Math.max(prefix.lastIndexOf('/'), 0));
		}
		return null;
	}

}
