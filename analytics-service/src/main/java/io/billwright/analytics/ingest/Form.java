package io.billwright.analytics.ingest;

/// How a request writes its events.
enum Form {

	/// One object or an array of them.
	JSON,
	/// An object on each line (NDJSON). A line that is not JSON does not concern the others.
	LINES,
	/// One CloudEvent, structured.
	CLOUD_EVENT,
	/// An array of them.
	CLOUD_EVENTS;

	/// Media type of [#JSON].
	static final String JSON_TYPE = "application/json";

	/// Media type of [#LINES].
	static final String LINES_TYPE = "application/x-ndjson";

	/// Media type of [#CLOUD_EVENT] (CloudEvents JSON format 1.0.2, section 3).
	static final String CLOUD_EVENT_TYPE = "application/cloudevents+json";

	/// Media type of [#CLOUD_EVENTS] (the same, section 4).
	static final String CLOUD_EVENTS_TYPE = "application/cloudevents-batch+json";

	/// The form that a media type without its parameters names; JSON where it is none of the others.
	static Form of(String type) {
		return switch (type) {
			case LINES_TYPE -> LINES;
			case CLOUD_EVENT_TYPE -> CLOUD_EVENT;
			case CLOUD_EVENTS_TYPE -> CLOUD_EVENTS;
			default -> JSON;
		};
	}

	/// Whether a body in this form is one event and no list.
	boolean isSingle(byte[] body) {
		return switch (this) {
			case CLOUD_EVENT -> true;
			case LINES, CLOUD_EVENTS -> false;
			case JSON -> {
				int first = 0;
				while (first < body.length && body[first] <= ' ') {
					first++;
				}
				yield first < body.length && body[first] == '{';
			}
		};
	}

	boolean isCloudEvents() {
		return this == CLOUD_EVENT || this == CLOUD_EVENTS;
	}

}
