package io.billwright.analytics.allowance;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import jakarta.validation.constraints.Size;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

import io.billwright.analytics.allowance.Allowance.Overage;
import io.billwright.analytics.allowance.Allowance.Status;
import io.billwright.analytics.allowance.Allowance.Terms;
import io.billwright.analytics.customer.Customer;
import io.billwright.analytics.customer.CustomerId;
import io.billwright.analytics.customer.Customers;
import io.billwright.analytics.meter.Meter;
import io.billwright.analytics.meter.MeterId;
import io.billwright.analytics.meter.Meters;
import io.billwright.platform.identity.RequiresScope;
import io.billwright.platform.paging.Page;
import io.billwright.platform.paging.PageRequest;
import io.billwright.platform.web.ExpectedVersion;
import io.billwright.platform.web.Versioned;

/// Serves allowances.
@RestController
@RequestMapping("/api/v1/usage/allowances")
@Tag(name = "Allowances", description = "What customers may use")
class AllowanceController {

	private final Allowances allowances;

	private final KeepAllowances keep;

	private final Customers customers;

	private final Meters meters;

	private final Clock clock;

	AllowanceController(Allowances allowances, KeepAllowances keep, Customers customers, Meters meters, Clock clock) {
		this.allowances = allowances;
		this.keep = keep;
		this.customers = customers;
		this.meters = meters;
		this.clock = clock;
	}

	@PostMapping
	@RequiresScope("allowances:write")
	@Operation(summary = "Grant an allowance", description = """
			An amount of a meter for a customer: once, or anew with each day, week, month or year in the customer's time zone. \
			It is never edited: end it or void it, and grant another one.""")
	Mono<ResponseEntity<AllowanceView>> create(@RequestBody AllowanceRequest request) {
		return this.keep.create(request)
				.map(this::view)
				.map((view) -> ResponseEntity.created(URI.create("/api/v1/usage/allowances/" + view.id())).body(view));
	}

	@GetMapping("/{id}")
	@RequiresScope("allowances:read")
	@Operation(summary = "Get an allowance")
	Mono<AllowanceView> get(@PathVariable AllowanceId id) {
		return this.allowances.require(id).map(this::view);
	}

	@GetMapping
	@RequiresScope("allowances:read")
	@Operation(summary = "List allowances", description = "The newest first, of all customers or of one.")
	Mono<Page<AllowanceView>> list(@RequestParam(required = false) @Size(max = 255) @Nullable String customer,
			@RequestParam(required = false) @Size(max = 63) @Nullable String meter, PageRequest page) {
		Mono<Optional<CustomerId>> ofCustomer = (customer != null)
				? this.customers.require(customer).map(Customer::id).map(Optional::of)
				: Mono.just(Optional.empty());
		Mono<Optional<MeterId>> ofMeter = (meter != null)
				? this.meters.named(List.of(meter)).single().map(Meter::id).map(Optional::of)
				: Mono.just(Optional.empty());
		return ofCustomer.zipWith(ofMeter)
				.flatMap((filter) -> this.allowances.page(filter.getT1().orElse(null), filter.getT2().orElse(null),
						page))
				.map((allowances) -> allowances.map(this::view));
	}

	@PostMapping("/{id}/end")
	@RequiresScope("allowances:write")
	@Operation(summary = "End an allowance", description = """
			It grants nothing from now on. What was used of it stays used.""")
	Mono<AllowanceView> end(@PathVariable AllowanceId id, ExpectedVersion expected) {
		return this.keep.end(id, expected).map(this::view);
	}

	@PostMapping("/{id}/void")
	@RequiresScope("allowances:write")
	@Operation(summary = "Void an allowance", description = """
			As if it had never been: what was used of it is taken from others.""")
	Mono<AllowanceView> annul(@PathVariable AllowanceId id, ExpectedVersion expected) {
		return this.keep.annul(id, expected).map(this::view);
	}

	private AllowanceView view(Allowance allowance) {
		return AllowanceView.of(allowance, this.clock.instant());
	}

	/// An allowance as the API shows it.
	///
	/// @param every `null` for once
	record AllowanceView(AllowanceId id, long version, Status status, CustomerId customerId, MeterId meterId,
			BigDecimal amount, @Nullable Recurrence every, Instant startsAt, @Nullable Instant expiresAt,
			@Nullable BigDecimal rolloverLimit, int priority, Overage overage, Instant createdAt, Instant updatedAt,
			@Nullable Instant endedAt, @Nullable Instant voidedAt) implements Versioned {

		static AllowanceView of(Allowance allowance, Instant now) {
			Terms terms = allowance.terms();
			return new AllowanceView(allowance.id(), allowance.version(), allowance.status(now), allowance.customer(),
					allowance.meter(), terms.amount(), terms.every(), terms.startsAt(), terms.expiresAt(),
					terms.rolloverLimit(), terms.priority(), terms.overage(), allowance.createdAt(),
					allowance.updatedAt(), allowance.endedAt(), allowance.voidedAt());
		}

	}

}
