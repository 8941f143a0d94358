package io.billwright.user.ratelimit;

import java.time.Clock;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

import io.billwright.platform.identity.Caller;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.user.apikey.ApiKeyId;
import io.billwright.user.apikey.ApiKeys;
import io.billwright.user.audit.AuditLog;
import io.billwright.user.audit.Change;
import io.billwright.user.ratelimit.RateLimit.Subject;
import io.billwright.user.ratelimit.RateLimit.Terms;
import io.billwright.user.system.AfterCommit;
import io.billwright.user.system.SystemTransaction;

/// Sets rate limits and plans. Gateways hear of each change after its commit and ask anew.
@Component
class ManageRateLimits {

	/// The Redis channel.
	static final String CHANNEL = "rate-limits.changed";

	/// Says that everybody's may have changed, as with a plan.
	private static final String EVERYBODY = "*";

	private final RateLimits limits;

	private final Plans plans;

	private final ApiKeys keys;

	private final AuditLog audit;

	private final SystemTransaction transaction;

	private final ReactiveStringRedisTemplate redis;

	private final Clock clock;

	ManageRateLimits(RateLimits limits, Plans plans, ApiKeys keys, AuditLog audit, SystemTransaction transaction,
			ReactiveStringRedisTemplate redis, Clock clock) {
		this.limits = limits;
		this.plans = plans;
		this.keys = keys;
		this.audit = audit;
		this.transaction = transaction;
		this.redis = redis;
		this.clock = clock;
	}

	/// Sets a plan's. Fails with a [RateLimitFailure].
	Mono<RateLimit> create(String plan, Terms terms) {
		return create(Mono.just(Subject.plan(plan)), terms);
	}

	/// Sets an organization's. Fails with a [RateLimitFailure].
	Mono<RateLimit> create(OrganizationId organization, Terms terms) {
		return create(this.plans.require(organization).map((found) -> Subject.organization(found.id())), terms);
	}

	/// Sets an API key's. Fails with a [RateLimitFailure].
	Mono<RateLimit> create(ApiKeyId key, Terms terms) {
		return create(this.keys.organizationOf(key).map((organization) -> Subject.key(organization, key)), terms);
	}

	/// Changes the terms of one.
	Mono<RateLimit> change(RateLimitId id, ExpectedVersion expected, UnaryOperator<Terms> change) {
		return Mono.zip(this.limits.require(id), Caller.current())
				.doOnNext((both) -> expected.check(both.getT1().version()))
				.map((both) -> both.getT1().change(change.apply(both.getT1().terms()), both.getT2().principal(),
						this.clock.instant()))
				.flatMap(this.limits::save)
				.delayUntil((limit) -> announce(limit.subject()))
				.as(this.transaction::transactional)
				.checkpoint("change rate limit");
	}

	/// Removes one.
	Mono<Void> remove(RateLimitId id, ExpectedVersion expected) {
		return this.limits.require(id)
				.doOnNext((limit) -> expected.check(limit.version()))
				.delayUntil(this.limits::remove)
				.flatMap((limit) -> announce(limit.subject()))
				.as(this.transaction::transactional)
				.checkpoint("remove rate limit");
	}

	/// Puts an organization on a plan.
	Mono<Plans.Planned> change(OrganizationId id, ExpectedVersion expected, UnaryOperator<String> change) {
		return this.plans.require(id)
				.doOnNext((organization) -> expected.check(organization.version()))
				.flatMap((organization) -> this.plans
						.change(organization, change.apply(organization.plan()), this.clock.instant())
						.delayUntil((changed) -> record(organization, changed)))
				.delayUntil((changed) -> announce(changed.id().text()))
				.as(this.transaction::transactional)
				.checkpoint("change plan");
	}

	private Mono<RateLimit> create(Mono<Subject> subject, Terms terms) {
		return Mono.zip(subject, Caller.current())
				.map((both) -> RateLimit.create(both.getT1(), terms, both.getT2().principal(), this.clock.instant()))
				.delayUntil(this.limits::add)
				.delayUntil((limit) -> announce(limit.subject()))
				.as(this.transaction::transactional)
				.checkpoint("create rate limit");
	}

	private Mono<Void> record(Plans.Planned before, Plans.Planned after) {
		return this.transaction.onBehalfOf(after.id(), this.audit.record(new Change("organization.plan_changed",
				after.id().text(), Map.of("from", before.plan(), "to", after.plan()))));
	}

	private Mono<Void> announce(Subject subject) {
		return announce((subject.organization() != null) ? subject.organization().text() : EVERYBODY);
	}

	private Mono<Void> announce(String whose) {
		return AfterCommit.run(this.redis.convertAndSend(CHANNEL, whose).then());
	}

}
