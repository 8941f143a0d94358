package io.billwright.platform.web;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import io.billwright.platform.json.StrictJson;

/// The body of a PATCH: a JSON Merge Patch (RFC 7396). A controller takes it as an argument and applies it to the
/// resource's request form, so that what comes out has passed the very checks of a create.
public final class MergePatch {

	private final ObjectNode patch;

	private final StrictJson json;

	MergePatch(ObjectNode patch, StrictJson json) {
		this.patch = patch;
		this.json = json;
	}

	/// The patched value.
	///
	/// @throws io.billwright.platform.failure.Invalid naming every field that is not acceptable
	public <T> T apply(T current, Class<T> type) {
		return this.json.read(merge(this.json.write(current), this.patch), type);
	}

	/// The algorithm of RFC 7396, section 2.
	private static JsonNode merge(JsonNode target, JsonNode patch) {
		if (!patch.isObject()) {
			return patch;
		}
		ObjectNode merged = target.isObject() ? (ObjectNode) target : JsonNodeFactory.instance.objectNode();
		patch.properties().forEach((property) -> {
			if (property.getValue().isNull()) {
				merged.remove(property.getKey());
			}
			else {
				JsonNode before = merged.path(property.getKey());
				merged.set(property.getKey(), merge(before, property.getValue()));
			}
		});
		return merged;
	}

}
