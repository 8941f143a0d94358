package io.billwright.user.audit;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/// Writes an object of strings, integers and such objects, in the one form that RFC 8785 gives it; the caller adds
/// members in the order of their names. A seal must not depend on the habits of a library.
final class CanonicalJson {

	private final StringBuilder json = new StringBuilder("{");

	void member(String name, @Nullable String value) {
		name(name);
		if (value == null) {
			this.json.append("null");
		}
		else {
			string(value);
		}
	}

	void member(String name, long value) {
		name(name);
		this.json.append(value);
	}

	void member(String name, Map<String, String> members) {
		CanonicalJson inner = new CanonicalJson();
		members.forEach(inner::member);
		name(name);
		this.json.append(inner.end());
	}

	String end() {
		return this.json.append('}').toString();
	}

	private void name(String name) {
		if (this.json.length() > 1) {
			this.json.append(',');
		}
		string(name);
		this.json.append(':');
	}

	private void string(String value) {
		this.json.append('"');
		value.chars().forEach((c) -> {
			switch (c) {
				case '"' -> this.json.append("\\\"");
				case '\\' -> this.json.append("\\\\");
				case '\b' -> this.json.append("\\b");
				case '\f' -> this.json.append("\\f");
				case '\n' -> this.json.append("\\n");
				case '\r' -> this.json.append("\\r");
				case '\t' -> this.json.append("\\t");
				default -> this.json.append((c < 0x20) ? String.format("\\u%04x", c) : String.valueOf((char) c));
			}
		});
		this.json.append('"');
	}

}
