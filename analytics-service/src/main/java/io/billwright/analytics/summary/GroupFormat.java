package io.billwright.analytics.summary;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Reads the text form of a group; see [io.billwright.analytics.usage.Metering.Reading].
@Component
final class GroupFormat {

	private static final TypeReference<Map<String, @Nullable String>> GROUP = new TypeReference<>() {
	};

	private final JsonMapper json;

	GroupFormat(JsonMapper json) {
		this.json = json;
	}

	/// Value by dimension, `null` for events without it.
	Map<String, @Nullable String> read(String group) {
		return group.isEmpty() ? Map.of() : Objects.requireNonNull(this.json.readValue(group, GROUP));
	}

}
