package io.billwright.user.webhook;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.billwright.platform.web.ExpectedVersion;
import io.billwright.user.audit.AuditLog;
import io.billwright.user.audit.Change;
import io.billwright.user.webhook.WebhookEndpoint.Terms;
import io.billwright.user.webhook.sending.WebhookSecret;

/// Makes, changes and deletes endpoints, and rotates their secrets.
@Component
class ManageWebhookEndpoints {

	private final WebhookEndpoints endpoints;

	private final EndpointSecrets secrets;

	private final AuditLog audit;

	private final TransactionalOperator transaction;

	private final WebhookSettings settings;

	private final Clock clock;

	ManageWebhookEndpoints(WebhookEndpoints endpoints, EndpointSecrets secrets, AuditLog audit,
			TransactionalOperator transaction, WebhookSettings settings, Clock clock) {
		this.endpoints = endpoints;
		this.secrets = secrets;
		this.audit = audit;
		this.transaction = transaction;
		this.settings = settings;
		this.clock = clock;
	}

	/// Makes an endpoint. Fails with a [WebhookFailure].
	Mono<Revealed> create(Terms terms) {
		WebhookEndpoint endpoint = WebhookEndpoint.create(terms, this.clock.instant());
		WebhookSecret secret = WebhookSecret.next();
		return seal(secret, endpoint.id()).flatMap((sealed) -> this.endpoints.add(endpoint, sealed))
				.then(record("created", endpoint))
				.then(Mono.defer(this::requireFewEnough))
				.thenReturn(new Revealed(endpoint, secret))
				.as(this.transaction::transactional)
				.checkpoint("create webhook endpoint");
	}

	/// Changes an endpoint.
	Mono<WebhookEndpoint> change(WebhookEndpointId id, ExpectedVersion expected,
			UnaryOperator<WebhookEndpoint> change) {
		return require(id, expected).map(change)
				.flatMap(this.endpoints::save)
				.delayUntil((endpoint) -> record("updated", endpoint))
				.as(this.transaction::transactional)
				.checkpoint("change webhook endpoint");
	}

	/// Gives the endpoint another secret; the one before is used as well for the overlap. Fails with a [WebhookFailure].
	Mono<Revealed> rotate(WebhookEndpointId id, @Nullable Duration overlap) {
		WebhookSecret secret = WebhookSecret.next();
		Instant now = this.clock.instant();
		Instant end = now.plus((overlap != null) ? overlap : this.settings.overlap());
		return Mono.zip(this.endpoints.require(id), seal(secret, id))
				.flatMap((both) -> this.endpoints.rotate(both.getT1(), both.getT2(), end, now))
				.delayUntil((endpoint) -> record("secret_rotated", endpoint))
				.map((endpoint) -> new Revealed(endpoint, secret))
				.as(this.transaction::transactional)
				.checkpoint("rotate webhook secret");
	}

	/// Deletes an endpoint.
	Mono<Void> delete(WebhookEndpointId id, ExpectedVersion expected) {
		return require(id, expected)
				.delayUntil((endpoint) -> this.endpoints.delete(endpoint, this.clock.instant()))
				.flatMap((endpoint) -> record("deleted", endpoint))
				.as(this.transaction::transactional)
				.checkpoint("delete webhook endpoint");
	}

	private Mono<WebhookEndpoint> require(WebhookEndpointId id, ExpectedVersion expected) {
		return this.endpoints.require(id).doOnNext((endpoint) -> expected.check(endpoint.version()));
	}

	private Mono<byte[]> seal(WebhookSecret secret, WebhookEndpointId id) {
		return Mono.fromCallable(() -> this.secrets.seal(secret, id)).subscribeOn(Schedulers.boundedElastic());
	}

	private Mono<Void> record(String what, WebhookEndpoint endpoint) {
		return this.audit.record(new Change("webhook_endpoint." + what, endpoint.id().text()));
	}

	/// Exact when asked after the change was recorded: from there on the organization's changes come one after the other.
	private Mono<Void> requireFewEnough() {
		return this.endpoints.count()
				.filter((count) -> count > this.settings.endpoints())
				.flatMap((count) -> Mono.error(() -> new WebhookFailure.TooMany(this.settings.endpoints())));
	}

	/// An endpoint with its secret, which nobody sees again.
	record Revealed(WebhookEndpoint endpoint, WebhookSecret secret) {}

}
