package io.billwright.platform.messaging;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.ids.Ids;
import io.billwright.platform.tenancy.Tenant;

/// Records events in the transaction of the change that they tell of: both are kept, or neither.
///
/// **Record after writing the aggregate.** The numbers of the outbox are given in the order of the inserts, not of the
/// commits, and two transactions may commit the other way round. For one aggregate that cannot happen as long as the
/// aggregate's row is written first: its row lock is held until the commit, so the next writer of the same aggregate
/// records its event only after this one is visible. Events of different aggregates have no order.
public final class Outbox {

	private final OutboxTable table;

	private final JsonMapper mapper;

	private final ObservationRegistry observations;

	private final Clock clock;

	private final int maxEventBytes;

	Outbox(OutboxTable table, JsonMapper mapper, ObservationRegistry observations, Clock clock, int maxEventBytes) {
		this.table = table;
		this.mapper = mapper;
		this.observations = observations;
		this.clock = clock;
		this.maxEventBytes = maxEventBytes;
	}

	/// Records an event for the current tenant. Cold; completes when it is part of the caller's transaction.
	///
	/// Fails with [IllegalStateException] outside of a transaction or without a tenant, and with
	/// [IllegalArgumentException] where the JSON is larger than `billwright.messaging.outbox.max-event-size`.
	public Mono<Void> record(OutboxEvent event) {
		return Mono.deferContextual((context) -> this.table.insert(row(event, context)));
	}

	private OutboxRow row(OutboxEvent event, ContextView context) {
		byte[] json = this.mapper.writeValueAsBytes(event.data());
		if (json.length > this.maxEventBytes) {
			throw new IllegalArgumentException("An event '%s' of %d bytes is larger than the limit of %d bytes"
					.formatted(event.type(), json.length, this.maxEventBytes));
		}
		return OutboxRow.recorded(Ids.next(), event, Tenant.require(context),
				this.clock.instant(), traceparent(event, context), json);
	}

	/// Lets the tracer, where there is one, write the W3C header that the consumers' spans continue from.
	private @Nullable String traceparent(OutboxEvent event, ContextView context) {
		Map<String, String> headers = new HashMap<>();
		Observation.createNotStarted("billwright.outbox.record", () -> sender(headers), this.observations)
				.contextualName(event.topic() + " record")
				.lowCardinalityKeyValue("topic", event.topic())
				.parentObservation(current(context))
				.observe(() -> {
				});
		return headers.get(EventHeaders.TRACEPARENT);
	}

	private static @Nullable Observation current(ContextView context) {
		return context.hasKey(ObservationThreadLocalAccessor.KEY)
				? context.get(ObservationThreadLocalAccessor.KEY)
				: null;
	}

	private static SenderContext<Map<String, String>> sender(Map<String, String> headers) {
		SenderContext<Map<String, String>> sender = new SenderContext<>(
				(carrier, key, value) -> headers.put(key, value));
		sender.setCarrier(headers);
		return sender;
	}

}
