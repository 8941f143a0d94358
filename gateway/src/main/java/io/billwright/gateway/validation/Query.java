package io.billwright.gateway.validation;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// The parameters of a query, read as the services read them: `+` is a space, and a name without `=` has an empty value.
record Query(Map<String, List<String>> parameters) {

	private static final Query NONE = new Query(Map.of());

	static Query of(@Nullable String raw) {
		if (raw == null || raw.isEmpty()) {
			return NONE;
		}
		Map<String, List<String>> parameters = new HashMap<>();
		for (int from = 0, end; from < raw.length(); from = end + 1) {
			int next = raw.indexOf('&', from);
			end = (next < 0) ? raw.length() : next;
			String parameter = raw.substring(from, end);
			int equals = parameter.indexOf('=');
			String name = (equals < 0) ? parameter : parameter.substring(0, equals);
			parameters.computeIfAbsent(decode(name), (first) -> new ArrayList<>(1))
					.add(decode((equals < 0) ? "" : parameter.substring(equals + 1)));
		}
		return new Query(parameters);
	}

	List<String> values(String name) {
		return this.parameters.getOrDefault(name, List.of());
	}

	/// What is escaped in a wrong way is for the service to judge.
	private static String decode(String text) {
		if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
			return text;
		}
		try {
			return URLDecoder.decode(text, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			return "";
		}
	}

}
