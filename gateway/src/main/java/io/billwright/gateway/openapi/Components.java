package io.billwright.gateway.openapi;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.springframework.util.StringUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The components of the merged document. The same component of two services is one; different ones of the same name
/// are told apart by the service's name.
final class Components {

	private static final String PREFIX = "#/components/";

	private final ObjectNode merged;

	Components(ObjectNode merged) {
		this.merged = merged;
	}

	/// Takes over a document's components, and points the document's references to the names that they got.
	void add(String service, ObjectNode document) {
		if (!(document.path("components") instanceof ObjectNode components)) {
			return;
		}
		Set<String> conflicts = conflicts(components);
		Map<String, String> names = new HashMap<>();
		conflicts.forEach((reference) -> names.put(PREFIX + reference, PREFIX + renamed(service, reference)));
		redirect(document, names);
		components.properties()
				.forEach((section) -> section.getValue()
						.properties()
						.forEach((component) -> put(service, section.getKey(), component, conflicts)));
	}

	private void put(String service, String section, Map.Entry<String, JsonNode> component, Set<String> conflicts) {
		String reference = section + "/" + component.getKey();
		String name = conflicts.contains(reference) ? renamed(service, reference) : reference;
		this.merged.withObjectProperty(section).set(name.substring(section.length() + 1), component.getValue());
	}

	/// What differs from the component of that name, and what refers to something that does, and so on.
	private Set<String> conflicts(ObjectNode components) {
		Set<String> conflicts = new TreeSet<>();
		int known;
		do {
			known = conflicts.size();
			components.properties()
					.forEach((section) -> section.getValue().properties().forEach((component) -> {
						JsonNode other = this.merged.path(section.getKey()).path(component.getKey());
						if (!other.isMissingNode() && (!other.equals(component.getValue())
								|| refersToAny(component.getValue(), conflicts))) {
							conflicts.add(section.getKey() + "/" + component.getKey());
						}
					}));
		} while (conflicts.size() > known);
		return conflicts;
	}

	private static boolean refersToAny(JsonNode node, Set<String> references) {
		return node.findValuesAsString("$ref")
				.stream()
				.anyMatch((reference) -> reference.startsWith(PREFIX)
						&& references.contains(reference.substring(PREFIX.length())));
	}

	private static void redirect(JsonNode node, Map<String, String> names) {
		if (node instanceof ObjectNode object && object.path("$ref").isString()) {
			String target = names.get(object.path("$ref").stringValue());
			if (target != null) {
				object.put("$ref", target);
			}
		}
		node.forEach((child) -> redirect(child, names));
	}

	/// `schemas/Money` of `invoice-service` becomes `schemas/InvoiceServiceMoney`.
	private static String renamed(String service, String reference) {
		StringBuilder name = new StringBuilder(reference.substring(0, reference.indexOf('/') + 1));
		for (String word : StringUtils.delimitedListToStringArray(service, "-")) {
			name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
		}
		return name.append(reference.substring(reference.indexOf('/') + 1)).toString();
	}

}
