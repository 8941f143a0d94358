package io.billwright.analytics.wire;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/// Properties that are kept as the JSON they came as, until somebody asks for one. Never none.
final class KeptProperties extends AbstractMap<String, @Nullable Object> {

	private final byte[] json;

	private volatile @Nullable Map<String, @Nullable Object> read;

	KeptProperties(byte[] json) {
		this.json = json;
	}

	byte[] json() {
		return this.json;
	}

	/// Reads them twice at the worst, with the same result.
	private Map<String, @Nullable Object> read() {
		Map<String, @Nullable Object> properties = this.read;
		if (properties == null) {
			properties = PropertiesFormat.read(this.json);
			this.read = properties;
		}
		return properties;
	}

	@Override
	public boolean isEmpty() {
		return false;
	}

	@Override
	public boolean containsKey(@Nullable Object name) {
		return read().containsKey(name);
	}

	@Override
	public @Nullable Object get(@Nullable Object name) {
		return read().get(name);
	}

	@Override
	public Set<Entry<String, @Nullable Object>> entrySet() {
		return read().entrySet();
	}

}
