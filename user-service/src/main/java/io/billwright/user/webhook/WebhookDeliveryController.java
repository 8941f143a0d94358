package io.billwright.user.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.swagger.v3.oas.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.tenancy.ReadOnlyTransaction;

/// What was sent to an endpoint, and what came of it.
@RestController
@RequestMapping("/api/v1/webhook-endpoints/{id}")
class WebhookDeliveryController {

	private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {
	};

	private final WebhookEndpoints endpoints;

	private final WebhookDeliveries deliveries;

	private final SendAgain again;

	private final ReadOnlyTransaction readOnly;

	private final JsonMapper mapper;

	WebhookDeliveryController(WebhookEndpoints endpoints, WebhookDeliveries deliveries, SendAgain again,
			ReadOnlyTransaction readOnly, JsonMapper mapper) {
		this.endpoints = endpoints;
		this.deliveries = deliveries;
		this.again = again;
		this.readOnly = readOnly;
		this.mapper = mapper;
	}

	@PostMapping("/ping")
	@RequiresScope("webhooks:write")
	@ResponseStatus(HttpStatus.ACCEPTED)
	@Operation(summary = "Send a test event to a webhook endpoint", description = """
			An event of the type `webhook.ping`, whatever types the endpoint wants. It is delivered as any other.""")
	Mono<WebhookDeliveryView> ping(@PathVariable WebhookEndpointId id) {
		return this.again.ping(id).map(WebhookDeliveryView::of);
	}

	@GetMapping("/deliveries")
	@RequiresScope("webhooks:read")
	@Operation(summary = "List the deliveries of a webhook endpoint", description = "The newest first.")
	Mono<Page<WebhookDeliveryView>> listDeliveries(@PathVariable WebhookEndpointId id,
			@RequestParam(required = false) WebhookDelivery.@Nullable State state,
			@RequestParam(required = false) @Nullable String type, PageRequest page) {
		return this.endpoints.require(id)
				.flatMap((endpoint) -> this.deliveries.list(id, state, type, page))
				.map((deliveries) -> deliveries.map(WebhookDeliveryView::of))
				.as(this.readOnly::transactional);
	}

	@GetMapping("/deliveries/{delivery}")
	@RequiresScope("webhooks:read")
	@Operation(summary = "Get a delivery with its attempts", description = "The newest 50 attempts, the newest first.")
	Mono<WebhookDeliveryDetails> getDelivery(@PathVariable WebhookEndpointId id,
			@PathVariable WebhookDeliveryId delivery) {
		return this.endpoints.require(id)
				.flatMap((endpoint) -> this.deliveries.require(id, delivery))
				.flatMap((found) -> Mono.zip(this.deliveries.payload(found.event()),
						this.deliveries.attempts(delivery).map(WebhookAttemptView::of).collectList())
						.map((both) -> new WebhookDeliveryDetails(WebhookDeliveryView.of(found),
								this.mapper.readValue(both.getT1(), OBJECT), both.getT2())))
				.as(this.readOnly::transactional);
	}

	@PostMapping("/deliveries/{delivery}/replay")
	@RequiresScope("webhooks:write")
	@ResponseStatus(HttpStatus.ACCEPTED)
	@Operation(summary = "Send an event once more", description = """
			At once, and then with all retries, whatever came of it before. The event keeps its id.""")
	Mono<WebhookDeliveryView> replay(@PathVariable WebhookEndpointId id, @PathVariable WebhookDeliveryId delivery) {
		return this.again.replay(id, delivery).map(WebhookDeliveryView::of);
	}

	/// @param eventId the `webhook-id` of all attempts
	/// @param state `pending`, `delivered` or `failed`
	/// @param attempts how many there were
	/// @param nextAttemptAt of a pending one; while it is being tried, when another instance would take over
	record WebhookDeliveryView(WebhookDeliveryId id, WebhookEndpointId endpointId, WebhookEventId eventId, String type,
			WebhookDelivery.State state, int attempts, @Nullable Instant nextAttemptAt, Instant createdAt) {

		static WebhookDeliveryView of(WebhookDelivery delivery) {
			return new WebhookDeliveryView(delivery.id(), delivery.endpoint(), delivery.event(), delivery.type(),
					delivery.state(), delivery.attempts(), delivery.dueAt(), delivery.createdAt());
		}

	}

	/// @param payload what is sent
	record WebhookDeliveryDetails(WebhookDeliveryView delivery, Map<String, Object> payload,
			List<WebhookAttemptView> attempts) {}

	/// @param number 1 for the first
	/// @param status of HTTP; `null` where no answer came
	/// @param error where no answer came: `timeout`, `unknown_host`, `address_refused`, `tls_failed` or `unreachable`
	/// @param durationMs from looking up the name to the end of the answer
	/// @param answer its beginning
	record WebhookAttemptView(int number, Instant attemptedAt, @Nullable Integer status, @Nullable String error,
			int durationMs, @Nullable String answer) {

		static WebhookAttemptView of(WebhookDeliveries.Attempt attempt) {
			return new WebhookAttemptView(attempt.number(), attempt.attemptedAt(), attempt.status(), attempt.error(),
					attempt.durationMs(), attempt.answer());
		}

	}

}
