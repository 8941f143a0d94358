package io.billwright.user.webhook;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.ChangedMeanwhile;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.user.system.Keyset;
import io.billwright.user.system.RowStatement;
import io.billwright.user.webhook.WebhookEndpoint.Disabled;
import io.billwright.user.webhook.WebhookEndpoint.Terms;

/// The endpoints of the current organization and mode.
@Component
class WebhookEndpoints {

	private static final String MINE = "organization_id = app_organization() AND live = app_live() AND deleted_at IS NULL";

	private final DatabaseClient client;

	WebhookEndpoints(DatabaseClient client) {
		this.client = client;
	}

	/// The endpoint; fails with [NotFound].
	Mono<WebhookEndpoint> require(WebhookEndpointId id) {
		return this.client.sql("SELECT * FROM webhook_endpoints WHERE id = :id AND " + MINE)
				.bind("id", id.value())
				.mapProperties(Row.class)
				.one()
				.map(Row::toEndpoint)
				.switchIfEmpty(Mono.error(() -> new NotFound("webhook endpoint", id.text())));
	}

	/// The endpoints, the newest first.
	Mono<Page<WebhookEndpoint>> list(PageRequest page) {
		return this.client.sql("SELECT * FROM webhook_endpoints WHERE id < :after AND " + MINE
				+ " ORDER BY id DESC LIMIT :limit")
				.bind("after", Keyset.descending(page))
				.bind("limit", page.fetch())
				.mapProperties(Row.class)
				.all()
				.map(Row::toEndpoint)
				.collectList()
				.map((endpoints) -> Page.of(endpoints, page, (endpoint) -> Cursor.of(endpoint.id().value())));
	}

	/// Those that want an event of the type which was recorded at that time.
	Flux<WebhookEndpointId> wanting(String type, Instant recordedAt) {
		return this.client.sql("SELECT id FROM webhook_endpoints WHERE disabled_reason IS NULL AND created_at <= :at "
				+ "AND event_types && :wanted AND " + MINE)
				.bind("at", recordedAt)
				.bind("wanted", EventTypes.wanted(type).toArray(String[]::new))
				.mapValue(UUID.class)
				.all()
				.map(WebhookEndpointId::new);
	}

	/// How many there are.
	Mono<Long> count() {
		return this.client.sql("SELECT count(*) FROM webhook_endpoints WHERE " + MINE).mapValue(Long.class).one();
	}

	/// Adds an endpoint.
	Mono<Void> add(WebhookEndpoint endpoint, byte[] sealedSecret) {
		return RowStatement.of(this.client,
				"""
						INSERT INTO webhook_endpoints (id, version, url, description, event_types, secret, created_at, updated_at)
						VALUES (:id, :version, :url, :description, :eventTypes, :secret, :createdAt, :updatedAt)""",
				Row.of(endpoint)).bind("secret", sealedSecret).then();
	}

	/// Saves a changed endpoint and emits it with its next version; fails with [ChangedMeanwhile]. One that is enabled again,
	/// or leads elsewhere, has not failed yet.
	Mono<WebhookEndpoint> save(WebhookEndpoint endpoint) {
		return RowStatement.of(this.client, """
				UPDATE webhook_endpoints SET version = version + 1, url = :url, description = :description,
					event_types = :eventTypes, updated_at = :updatedAt, disabled_reason = :disabledReason,
					failing_since = CASE WHEN disabled_reason IS NULL AND url = :url THEN failing_since END
				WHERE id = :id AND version = :version AND\s""" + MINE + " RETURNING *", Row.of(endpoint))
				.mapProperties(Row.class)
				.one()
				.map(Row::toEndpoint)
				.switchIfEmpty(changedMeanwhile());
	}

	/// Gives the endpoint another secret and keeps the one before until the end; fails with [ChangedMeanwhile].
	Mono<WebhookEndpoint> rotate(WebhookEndpoint endpoint, byte[] sealedSecret, Instant end, Instant now) {
		return this.client.sql("""
				UPDATE webhook_endpoints SET version = version + 1, updated_at = :now, secret = :secret,
					previous_secret = CASE WHEN :end > :now THEN secret END,
					previous_secret_expires_at = CASE WHEN :end > :now THEN :end END
				WHERE id = :id AND version = :version AND\s""" + MINE + " RETURNING *")
				.bind("secret", sealedSecret)
				.bind("end", end)
				.bind("now", now)
				.bind("id", endpoint.id().value())
				.bind("version", endpoint.version())
				.mapProperties(Row.class)
				.one()
				.map(Row::toEndpoint)
				.switchIfEmpty(changedMeanwhile());
	}

	/// Deletes the endpoint; its deliveries go with the next purge. Fails with [ChangedMeanwhile].
	Mono<Void> delete(WebhookEndpoint endpoint, Instant now) {
		return this.client.sql("""
				UPDATE webhook_endpoints SET deleted_at = :now
				WHERE id = :id AND version = :version AND\s""" + MINE)
				.bind("now", now)
				.bind("id", endpoint.id().value())
				.bind("version", endpoint.version())
				.fetch()
				.rowsUpdated()
				.filter((count) -> count == 1)
				.switchIfEmpty(changedMeanwhile())
				.then();
	}

	private static <T> Mono<T> changedMeanwhile() {
		return Mono.error(() -> new ChangedMeanwhile("webhook endpoint"));
	}

	/// PostgreSQL's array is an array here too.
	@SuppressWarnings("ArrayRecordComponent")
	record Row(UUID id, long version, String url, @Nullable String description, String[] eventTypes,
			@Nullable String disabledReason, Instant createdAt, Instant updatedAt) {

		static Row of(WebhookEndpoint endpoint) {
			Terms terms = endpoint.terms();
			Disabled disabled = endpoint.disabled();
			return new Row(endpoint.id().value(), endpoint.version(), terms.url().toString(), terms.description(),
					terms.eventTypes().toArray(String[]::new), (disabled != null) ? disabled.code() : null,
					endpoint.createdAt(), endpoint.updatedAt());
		}

		WebhookEndpoint toEndpoint() {
			return new WebhookEndpoint(new WebhookEndpointId(this.id), this.version,
					new Terms(URI.create(this.url), this.description, List.of(this.eventTypes)),
					(this.disabledReason != null) ? Disabled.of(this.disabledReason) : null, this.createdAt,
					this.updatedAt);
		}

	}

}
