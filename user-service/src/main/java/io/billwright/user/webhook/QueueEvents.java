package io.billwright.user.webhook;

import java.time.Clock;
import java.time.Duration;
import java.util.List;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.messaging.Event;

/// Queues events for the endpoints that want them, in the transaction in which they are noted as handled.
@Component
class QueueEvents {

	/// How far the clocks of two services may be apart.
	private static final Duration CLOCKS = Duration.ofSeconds(10);

	private final WebhookEndpoints endpoints;

	private final WebhookDeliveries deliveries;

	private final WebhookSettings settings;

	private final JsonMapper mapper;

	private final Clock clock;

	QueueEvents(WebhookEndpoints endpoints, WebhookDeliveries deliveries, WebhookSettings settings, JsonMapper mapper,
			Clock clock) {
		this.endpoints = endpoints;
		this.deliveries = deliveries;
		this.settings = settings;
		this.mapper = mapper;
		this.clock = clock;
	}

	/// Queues an event. Topics keep the newest event of everything for ever; who reads one from its beginning must not send
	/// what was told long ago, or before the endpoint was there.
	Mono<Void> queue(Event<JsonNode> event) {
		if (event.time().isBefore(this.clock.instant().minus(this.settings.keep()))) {
			return Mono.empty();
		}
		return this.endpoints.wanting(event.type(), event.time().plus(CLOCKS))
				.collectList()
				.filter((wanting) -> !wanting.isEmpty())
				.flatMap((wanting) -> queue(event, wanting));
	}

	private Mono<Void> queue(Event<JsonNode> event, List<WebhookEndpointId> wanting) {
		String payload = this.mapper
				.writeValueAsString(new Payload(event.type(), event.time(), event.data()));
		return this.deliveries.queue(new WebhookEvent(new WebhookEventId(event.id()), event.type(), payload), wanting);
	}

}
