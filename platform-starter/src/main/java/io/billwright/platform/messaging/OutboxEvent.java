package io.billwright.platform.messaging;

import io.billwright.platform.ids.TypedId;

/// Something that has happened to an aggregate and that other services may learn.
///
/// @param topic the topic, from `io.billwright.contracts.Topics`
/// @param type what happened, for example `invoice.finalized`
/// @param subject the aggregate's public id; the events of one subject stay in order
/// @param data the snapshot after the change; written as JSON in the dialect of the API
public record OutboxEvent(String topic, String type, String subject, Object data) {

	/// The same with a typed id as the subject.
	public OutboxEvent(String topic, String type, TypedId subject, Object data) {
		this(topic, type, subject.text(), data);
	}

}
