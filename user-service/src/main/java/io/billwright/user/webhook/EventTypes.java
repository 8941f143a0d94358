package io.billwright.user.webhook;

import java.util.List;

/// Which events can be had, and how endpoints say which of them they want. Events of members and of the organization itself
/// are not among them: they belong to neither mode, and tell of persons.
final class EventTypes {

	/// What an endpoint may name.
	static final String PATTERN = "\\*|(customer|invoice|payment|price|product|usage)\\.(\\*|[a-z]+(_[a-z]+){0,4})";

	/// The type of the event that only tries an endpoint out.
	static final String PING = "webhook.ping";

	private EventTypes() {
	}

	/// What an endpoint may have named that wants events of the type.
	static List<String> wanted(String type) {
		return List.of("*", type.substring(0, type.indexOf('.') + 1) + '*', type);
	}

}
