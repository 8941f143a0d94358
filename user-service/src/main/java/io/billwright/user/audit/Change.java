package io.billwright.user.audit;

import java.util.Map;
import java.util.TreeMap;

/// What happened to what. An entry can never be changed again, so it must not hold personal data: of a changed name
/// it says that it changed, not from what to what.
///
/// @param action for example `member.role_changed`
/// @param resource the public id of what changed
/// @param details what else is worth knowing, in the order of the keys
public record Change(String action, String resource, Map<String, String> details) {

	public Change {
		details = new TreeMap<>(details);
	}

	/// A change that its action says everything about.
	public Change(String action, String resource) {
		this(action, resource, Map.of());
	}

}
