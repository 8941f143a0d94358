package io.billwright.user.webhook;

import java.time.Clock;
import java.util.List;
import java.util.Map;

import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/// Sends what somebody asks for: a test event, or an event once more.
@Component
class SendAgain {

	private final WebhookEndpoints endpoints;

	private final WebhookDeliveries deliveries;

	private final TransactionalOperator transaction;

	private final JsonMapper mapper;

	private final Clock clock;

	SendAgain(WebhookEndpoints endpoints, WebhookDeliveries deliveries, TransactionalOperator transaction,
			JsonMapper mapper, Clock clock) {
		this.endpoints = endpoints;
		this.deliveries = deliveries;
		this.transaction = transaction;
		this.mapper = mapper;
		this.clock = clock;
	}

	/// Queues a test event. Fails with a [WebhookFailure].
	Mono<WebhookDelivery> ping(WebhookEndpointId id) {
		WebhookEventId event = WebhookEventId.next();
		Payload payload = new Payload(EventTypes.PING, this.clock.instant(), Map.of("webhook_endpoint_id", id.text()));
		return requireEnabled(id)
				.then(this.deliveries.queue(
						new WebhookEvent(event, EventTypes.PING, this.mapper.writeValueAsString(payload)), List.of(id)))
				.then(this.deliveries.of(id, event))
				.as(this.transaction::transactional)
				.checkpoint("ping webhook endpoint");
	}

	/// Begins anew with a delivery. Fails with a [WebhookFailure].
	Mono<WebhookDelivery> replay(WebhookEndpointId id, WebhookDeliveryId delivery) {
		return requireEnabled(id).then(Mono.defer(() -> this.deliveries.require(id, delivery)))
				.flatMap(this.deliveries::replay)
				.as(this.transaction::transactional)
				.checkpoint("replay webhook");
	}

	private Mono<WebhookEndpoint> requireEnabled(WebhookEndpointId id) {
		return this.endpoints.require(id)
				.filter(WebhookEndpoint::enabled)
				.switchIfEmpty(Mono.error(WebhookFailure.EndpointDisabled::new));
	}

}
