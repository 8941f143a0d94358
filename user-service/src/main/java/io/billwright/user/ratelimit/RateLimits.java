package io.billwright.user.ratelimit;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.ChangedMeanwhile;
import io.billwright.platform.failure.NotFound;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.paging.Cursor;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.quota.Quota;
import io.billwright.user.apikey.ApiKeyId;
import io.billwright.user.ratelimit.RateLimit.Subject;
import io.billwright.user.ratelimit.RateLimit.Terms;
import io.billwright.user.system.Keyset;
import io.billwright.user.system.RowStatement;

/// The rate limits of everybody. All of it is work above organizations.
@Component
class RateLimits {

	private final DatabaseClient client;

	RateLimits(DatabaseClient client) {
		this.client = client;
	}

	/// The rate limit; fails with [NotFound].
	Mono<RateLimit> require(RateLimitId id) {
		return this.client.sql("SELECT * FROM rate_limits WHERE id = :id")
				.bind("id", id.value())
				.mapProperties(Row.class)
				.one()
				.map(Row::toRateLimit)
				.switchIfEmpty(Mono.error(() -> new NotFound("rate limit", id.text())));
	}

	/// The rate limits, the newest first.
	Mono<Page<RateLimit>> list(PageRequest page) {
		return this.client.sql("SELECT * FROM rate_limits WHERE id < :after ORDER BY id DESC LIMIT :limit")
				.bind("after", Keyset.descending(page))
				.bind("limit", page.fetch())
				.mapProperties(Row.class)
				.all()
				.map(Row::toRateLimit)
				.collectList()
				.map((limits) -> Page.of(limits, page, (limit) -> Cursor.of(limit.id().value())));
	}

	/// Those of an organization, its plan and its keys.
	Flux<RateLimit> of(OrganizationId organization, String plan) {
		return this.client.sql("SELECT * FROM rate_limits WHERE plan = :plan OR organization_id = :organization")
				.bind("plan", plan)
				.bind("organization", organization.value())
				.mapProperties(Row.class)
				.all()
				.map(Row::toRateLimit);
	}

	/// Adds a rate limit; fails with [RateLimitFailure.Exists].
	Mono<Void> add(RateLimit limit) {
		return RowStatement.of(this.client, """
				INSERT INTO rate_limits (id, version, plan, organization_id, api_key_id, rate_limit, in_flight, weight,
					dry_run, changed_by, created_at, updated_at)
				VALUES (:id, :version, :plan, :organizationId, :apiKeyId, :rateLimit, :inFlight, :weight, :dryRun,
					:changedBy, :createdAt, :updatedAt)
				ON CONFLICT ON CONSTRAINT rate_limits_subject DO NOTHING""", Row.of(limit))
				.fetch()
				.rowsUpdated()
				.filter((count) -> count == 1)
				.switchIfEmpty(Mono.error(RateLimitFailure.Exists::new))
				.then();
	}

	/// Saves a changed rate limit and emits it with its next version; fails with [ChangedMeanwhile]. Whether it is tried out
	/// tells two of one subject apart and does not change.
	Mono<RateLimit> save(RateLimit limit) {
		return RowStatement.of(this.client, """
				UPDATE rate_limits SET version = version + 1, rate_limit = :rateLimit, in_flight = :inFlight,
					weight = :weight, changed_by = :changedBy, updated_at = :updatedAt
				WHERE id = :id AND version = :version RETURNING *""", Row.of(limit))
				.mapProperties(Row.class)
				.one()
				.map(Row::toRateLimit)
				.switchIfEmpty(Mono.error(() -> new ChangedMeanwhile("rate limit")));
	}

	/// Removes a rate limit; fails with [ChangedMeanwhile].
	Mono<Void> remove(RateLimit limit) {
		return RowStatement
				.of(this.client, "DELETE FROM rate_limits WHERE id = :id AND version = :version", Row.of(limit))
				.fetch()
				.rowsUpdated()
				.filter((count) -> count == 1)
				.switchIfEmpty(Mono.error(() -> new ChangedMeanwhile("rate limit")))
				.then();
	}

	record Row(UUID id, long version, @Nullable String plan, @Nullable UUID organizationId, @Nullable UUID apiKeyId,
			@Nullable String rateLimit, @Nullable Integer inFlight, @Nullable Integer weight, boolean dryRun,
			String changedBy, Instant createdAt, Instant updatedAt) {

		static Row of(RateLimit limit) {
			Subject subject = limit.subject();
			Terms terms = limit.terms();
			return new Row(limit.id().value(), limit.version(), subject.plan(),
					(subject.organization() != null) ? subject.organization().value() : null,
					(subject.key() != null) ? subject.key().value() : null,
					(terms.quota() != null) ? terms.quota().toString() : null, terms.inFlight(), terms.weight(),
					terms.dryRun(), limit.changedBy(), limit.createdAt(), limit.updatedAt());
		}

		RateLimit toRateLimit() {
			Subject subject = new Subject(this.plan,
					(this.organizationId != null) ? new OrganizationId(this.organizationId) : null,
					(this.apiKeyId != null) ? new ApiKeyId(this.apiKeyId) : null);
			return new RateLimit(new RateLimitId(this.id), this.version, subject,
					new Terms((this.rateLimit != null) ? Quota.of(this.rateLimit) : null, this.inFlight, this.weight,
							this.dryRun),
					this.changedBy, this.createdAt, this.updatedAt);
		}

	}

}
