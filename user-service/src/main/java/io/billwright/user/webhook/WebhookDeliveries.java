package io.billwright.user.webhook;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.NotFound;
import io.billwright.platform.ids.Ids;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.user.system.Keyset;
import io.billwright.user.webhook.WebhookDelivery.State;

/// The deliveries of the current organization and mode, and what is to be seen of them. They are brought about by
/// [WebhookQueue].
@Component
class WebhookDeliveries {

	/// The channel that a commit with new deliveries notifies.
	static final String CHANNEL = "webhooks";

	/// The newest attempts that are shown.
	private static final int ATTEMPTS_MAX = 50;

	private static final String MINE = "organization_id = app_organization() AND live = app_live()";

	private final DatabaseClient client;

	private final Clock clock;

	WebhookDeliveries(DatabaseClient client, Clock clock) {
		this.client = client;
		this.clock = clock;
	}

	/// Queues an event for endpoints, once for each, however often it is said.
	Mono<Void> queue(WebhookEvent event, Collection<WebhookEndpointId> endpoints) {
		return this.client.sql("""
				WITH event AS (
					INSERT INTO webhook_events (id, payload, created_at) VALUES (:event, :payload, :now)
					ON CONFLICT DO NOTHING
				), deliveries AS (
					INSERT INTO webhook_deliveries (id, endpoint_id, event_id, type, state, due_at, created_at)
					SELECT id, endpoint, :event, :type, 'pending', :now, :now
					FROM unnest(:ids, :endpoints) AS wanted (id, endpoint)
					ON CONFLICT DO NOTHING
				)
				SELECT pg_notify('webhooks', '')""")
				.bind("event", event.id().value())
				.bind("payload", event.payload())
				.bind("type", event.type())
				.bind("now", this.clock.instant())
				.bind("ids", endpoints.stream().map((endpoint) -> Ids.next()).toArray(UUID[]::new))
				.bind("endpoints", endpoints.stream().map(WebhookEndpointId::value).toArray(UUID[]::new))
				.fetch()
				.rowsUpdated()
				.then();
	}

	/// The delivery; fails with [NotFound].
	Mono<WebhookDelivery> require(WebhookEndpointId endpoint, WebhookDeliveryId id) {
		return this.client
				.sql("SELECT * FROM webhook_deliveries WHERE endpoint_id = :endpoint AND id = :id AND " + MINE)
				.bind("endpoint", endpoint.value())
				.bind("id", id.value())
				.mapProperties(Row.class)
				.one()
				.map(Row::toDelivery)
				.switchIfEmpty(Mono.error(() -> new NotFound("webhook delivery", id.text())));
	}

	/// The delivery of the event to the endpoint.
	Mono<WebhookDelivery> of(WebhookEndpointId endpoint, WebhookEventId event) {
		return this.client
				.sql("SELECT * FROM webhook_deliveries WHERE event_id = :event AND endpoint_id = :endpoint AND " + MINE)
				.bind("event", event.value())
				.bind("endpoint", endpoint.value())
				.mapProperties(Row.class)
				.one()
				.map(Row::toDelivery);
	}

	/// Those of an endpoint that match, the newest first.
	Mono<Page<WebhookDelivery>> list(WebhookEndpointId endpoint, @Nullable State state, @Nullable String type,
			PageRequest page) {
		Map<String, Object> wanted = new HashMap<>();
		StringBuilder conditions = new StringBuilder(" AND endpoint_id = :endpoint");
		if (state != null) {
			wanted.put("state", state.code());
			conditions.append(" AND state = :state")
					.append((state != State.DELIVERED) ? " AND state <> 'delivered'" : "");
		}
		if (type != null) {
			wanted.put("type", type);
			conditions.append(" AND type = :type");
		}
		return this.client
				.sql("SELECT * FROM webhook_deliveries WHERE id < :after AND " + MINE + conditions
						+ " ORDER BY id DESC LIMIT :limit")
				.bind("after", Keyset.descending(page))
				.bind("limit", page.fetch())
				.bind("endpoint", endpoint.value())
				.bindValues(wanted)
				.mapProperties(Row.class)
				.all()
				.map(Row::toDelivery)
				.collectList()
				.map((all) -> Page.of(all, page, (delivery) -> Cursor.of(delivery.id().value())));
	}

	/// The newest attempts of a delivery, the newest first.
	Flux<Attempt> attempts(WebhookDeliveryId id) {
		return this.client.sql("SELECT * FROM webhook_attempts WHERE delivery_id = :id AND " + MINE
				+ " ORDER BY number DESC LIMIT :limit")
				.bind("id", id.value())
				.bind("limit", ATTEMPTS_MAX)
				.mapProperties(Attempt.class)
				.all();
	}

	/// What is sent.
	Mono<String> payload(WebhookEventId event) {
		return this.client.sql("SELECT payload FROM webhook_events WHERE id = :event AND " + MINE)
				.bind("event", event.value())
				.mapValue(String.class)
				.one();
	}

	/// Begins anew with a delivery, whatever has come of it. An attempt under way counts for it, too.
	Mono<WebhookDelivery> replay(WebhookDelivery delivery) {
		return this.client.sql("""
				UPDATE webhook_deliveries SET state = 'pending', tried = 0, due_at = :now
				WHERE id = :id AND\s""" + MINE + " RETURNING *, pg_notify('webhooks', '')")
				.bind("now", this.clock.instant())
				.bind("id", delivery.id().value())
				.mapProperties(Row.class)
				.one()
				.map(Row::toDelivery);
	}

	/// @param number 1 for the first; one is missing where whoever made it died
	/// @param status of HTTP, or `null`
	/// @param error why no answer came, or `null`
	/// @param answer its beginning
	record Attempt(int number, Instant attemptedAt, int durationMs, @Nullable Integer status, @Nullable String error,
			@Nullable String answer) {}

	record Row(UUID id, UUID endpointId, UUID eventId, String type, String state, int attempts,
			@Nullable Instant dueAt, Instant createdAt) {

		WebhookDelivery toDelivery() {
			return new WebhookDelivery(new WebhookDeliveryId(this.id), new WebhookEndpointId(this.endpointId),
					new WebhookEventId(this.eventId), this.type, State.of(this.state), this.attempts, this.dueAt,
					this.createdAt);
		}

	}

}
