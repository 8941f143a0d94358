package io.billwright.platform.messaging;

import java.util.function.Function;

import reactor.core.publisher.Mono;

/// A bean that says what a service does with the events of one topic.
///
/// The handler runs in a transaction of the event's tenant, together with the note that the event has been handled: its
/// effect on the database happens exactly once. Effects elsewhere may happen again. Events of one subject come in order,
/// those of different subjects at the same time. A handler that fails is tried again; see `billwright.messaging.consumer`.
///
/// @param name names the subscription in the inbox, in metrics and in dead letters; unique in a service and never changed,
/// or past events would be handled again under the new name
/// @param topic from `io.billwright.contracts.Topics`
/// @param type what the JSON is read into; unknown fields are ignored
/// @param handler a cold publisher of the effect; need not open a transaction
public record Subscription<T>(String name, String topic, Class<T> type, Function<Event<T>, Mono<Void>> handler) {

	/// A subscription that is named as its topic.
	public static <T> Subscription<T> of(String topic, Class<T> type, Function<Event<T>, Mono<Void>> handler) {
		return new Subscription<>(topic, topic, type, handler);
	}

	/// The same under another name, for a second subscription to the same topic.
	public Subscription<T> named(String name) {
		return new Subscription<>(name, this.topic, this.type, this.handler);
	}

}
