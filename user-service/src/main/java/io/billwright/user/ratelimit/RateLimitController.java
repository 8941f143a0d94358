package io.billwright.user.ratelimit;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import io.swagger.v3.oas.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.platform.failure.FieldError;
import io.billwright.platform.failure.Invalid;
import io.billwright.platform.identity.OperatorOnly;
import io.billwright.platform.ids.OrganizationId;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.quota.Quota;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.platform.web.MergePatch;
import io.billwright.platform.web.Versioned;
import io.billwright.user.apikey.ApiKeyId;
import io.billwright.user.ratelimit.RateLimit.Subject;
import io.billwright.user.ratelimit.RateLimit.Terms;
import io.billwright.user.system.SystemTransaction;

/// Rate limits of plans, organizations and API keys.
@RestController
@RequestMapping("/api/v1/admin/rate-limits")
class RateLimitController {

	private static final int IN_FLIGHT_MAX = 1_000_000;

	private static final int WEIGHT_MAX = 1000;

	private final RateLimits limits;

	private final ManageRateLimits manage;

	private final LimitedCallers limited;

	private final SystemTransaction transaction;

	RateLimitController(RateLimits limits, ManageRateLimits manage, LimitedCallers limited,
			SystemTransaction transaction) {
		this.limits = limits;
		this.manage = manage;
		this.limited = limited;
		this.transaction = transaction;
	}

	@PostMapping
	@OperatorOnly
	@Operation(summary = "Set a rate limit", description = """
			Of a plan, an organization or an API key: exactly one of them. What it leaves out the wider one says. Gateways \
			enforce it within a second. A second one with `dry_run` may stand beside it: what it would refuse is counted and \
			let through.""")
	Mono<ResponseEntity<RateLimitView>> createRateLimit(@RequestBody RateLimitRequest request) {
		return Mono.defer(() -> create(request, request.toTerms()))
				.map((limit) -> ResponseEntity.created(URI.create("/api/v1/admin/rate-limits/" + limit.id()))
						.body(RateLimitView.of(limit)));
	}

	@GetMapping
	@OperatorOnly
	@Operation(summary = "List the rate limits", description = "The newest first.")
	Mono<Page<RateLimitView>> listRateLimits(PageRequest page) {
		return this.limits.list(page).map((limits) -> limits.map(RateLimitView::of))
				.as(this.transaction::transactional);
	}

	@GetMapping("/limited")
	@OperatorOnly
	@Operation(summary = "List who is being limited", description = """
			The callers that were refused most in the last minute, by all gateways together, the most refused first.""")
	Mono<Page<LimitedView>> listLimited(PageRequest page) {
		return this.limited.lately(page.limit()).map((callers) -> new Page<>(callers, null, false, null));
	}

	@GetMapping("/{id}")
	@OperatorOnly
	@Operation(summary = "Get a rate limit")
	Mono<RateLimitView> getRateLimit(@PathVariable RateLimitId id) {
		return this.limits.require(id).map(RateLimitView::of).as(this.transaction::transactional);
	}

	@PatchMapping("/{id}")
	@OperatorOnly
	@Operation(summary = "Change a rate limit")
	Mono<RateLimitView> updateRateLimit(@PathVariable RateLimitId id, MergePatch patch, ExpectedVersion expected) {
		return this.limits.require(id)
				.as(this.transaction::transactional)
				.flatMap((current) -> this.manage.change(id, expected, (terms) -> TermsRequest.of(terms)
						.patchedBy(patch)
						.toTerms(terms.dryRun(), current.subject().key() != null)))
				.map(RateLimitView::of);
	}

	@DeleteMapping("/{id}")
	@OperatorOnly
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Remove a rate limit")
	Mono<Void> removeRateLimit(@PathVariable RateLimitId id, ExpectedVersion expected) {
		return this.manage.remove(id, expected);
	}

	private Mono<RateLimit> create(RateLimitRequest request, Terms terms) {
		String plan = request.plan();
		OrganizationId organization = request.organizationId();
		ApiKeyId key = request.apiKeyId();
		if (Stream.of(plan, organization, key).filter(Objects::nonNull).count() != 1) {
			throw new Invalid("plan", "ambiguous", "name exactly one of plan, organization_id and api_key_id");
		}
		return (plan != null)
				? this.manage.create(plan, terms)
				: (organization != null)
						? this.manage.create(organization, terms)
						: this.manage.create(Objects.requireNonNull(key), terms);
	}

	/// @param plan the name of a plan, or
	/// @param organizationId an organization, or
	/// @param apiKeyId one of an organization's keys
	/// @param rateLimit how many requests in which time: `100/min`, or several windows at once, `10/s, 1000/h`; with `burst`
	/// fewer or more of them at once, `6000/min burst 1000`
	/// @param inFlight how many requests at the same time
	/// @param weight of the share that it gets while a gateway is full, 1 to 1000; not of a key
	/// @param dryRun whether the rate limit is only tried out, default no
	record RateLimitRequest(@Nullable @Pattern(regexp = PlanSettings.FORM) String plan,
			@Nullable OrganizationId organizationId, @Nullable ApiKeyId apiKeyId,
			@Nullable @Size(max = 200) String rateLimit, @Nullable @Min(1) @Max(IN_FLIGHT_MAX) Integer inFlight,
			@Nullable @Min(1) @Max(WEIGHT_MAX) Integer weight, @Nullable Boolean dryRun) {

		Terms toTerms() {
			return new TermsRequest(this.rateLimit, this.inFlight, this.weight)
					.toTerms(Boolean.TRUE.equals(this.dryRun), this.apiKeyId != null);
		}

	}

	/// What can be changed.
	record TermsRequest(@Nullable @Size(max = 200) String rateLimit,
			@Nullable @Min(1) @Max(IN_FLIGHT_MAX) Integer inFlight,
			@Nullable @Min(1) @Max(WEIGHT_MAX) Integer weight) {

		static TermsRequest of(Terms terms) {
			return new TermsRequest((terms.quota() != null) ? terms.quota().toString() : null, terms.inFlight(),
					terms.weight());
		}

		TermsRequest patchedBy(MergePatch patch) {
			return patch.apply(this, TermsRequest.class);
		}

		Terms toTerms(boolean dryRun, boolean ofKey) {
			List<FieldError> errors = new ArrayList<>();
			Quota quota = readQuota(errors);
			if ((this.rateLimit == null) && (this.inFlight == null) && (this.weight == null)) {
				errors.add(new FieldError("rate_limit", "required", "must be given where nothing else is"));
			}
			if (dryRun && ((this.inFlight != null) || (this.weight != null))) {
				errors.add(new FieldError("dry_run", "unsupported", "only a rate_limit can be tried out"));
			}
			if (ofKey && (this.weight != null)) {
				errors.add(new FieldError("weight", "unsupported", "is an organization's or a plan's"));
			}
			if (!errors.isEmpty()) {
				throw new Invalid(errors);
			}
			return new Terms(quota, this.inFlight, this.weight, dryRun);
		}

		private @Nullable Quota readQuota(List<FieldError> errors) {
			try {
				return (this.rateLimit != null) ? Quota.of(this.rateLimit) : null;
			}
			catch (IllegalArgumentException ex) {
				errors.add(new FieldError("rate_limit", "malformed", String.valueOf(ex.getMessage())));
				return null;
			}
		}

	}

	/// @param changedBy the id of the operator's key that set it or changed it last
	record RateLimitView(RateLimitId id, long version, @Nullable String plan, @Nullable OrganizationId organizationId,
			@Nullable ApiKeyId apiKeyId, @Nullable String rateLimit, @Nullable Integer inFlight,
			@Nullable Integer weight, boolean dryRun, String changedBy, Instant createdAt,
			Instant updatedAt) implements Versioned {

		static RateLimitView of(RateLimit limit) {
			Subject subject = limit.subject();
			TermsRequest terms = TermsRequest.of(limit.terms());
			return new RateLimitView(limit.id(), limit.version(), subject.plan(), subject.organization(), subject.key(),
					terms.rateLimit(), terms.inFlight(), terms.weight(), limit.terms().dryRun(), limit.changedBy(),
					limit.createdAt(), limit.updatedAt());
		}

	}

}
